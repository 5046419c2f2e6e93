import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { answer, client } from '../api';
import { Page } from '../components/page';
import { Await } from '../components/state';
import { useFeatures } from '../features';
import { useLoadedOf } from '../load';
import { address, useMember, useRun } from '../run';
import { define, useWords } from '../words';
import { Editor } from './image/editor';
import './image/image.css';

const words = define(
    {
        title: (image: string) => `Image ${image}`,
        intro: 'What the model makes of one image: its code, and what the code decodes to. Change the code and watch the reconstruction.',
        previous: 'Previous',
        next: 'Next',
        random: 'Random',
        number: 'Image number',
        go: 'Go',
        all: 'All images',
    },
    {
        title: (image: string) => `图像 ${image}`,
        intro: '模型如何看待一幅图像：它的编码，以及由编码解码出的重建。修改编码，观察重建的变化。',
        previous: '上一幅',
        next: '下一幅',
        random: '随机',
        number: '图像编号',
        go: '前往',
        all: '全部图像',
    },
);

export function ImageView({ image }: { image: string }) {
    const text = useWords(words);
    const member = useMember();
    const loaded = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/images/{image}', { params: { path: { member, image: image as never } }, signal })),
        [image],
    );
    const features = useFeatures(member);
    return (
        <Page title={text.title(image)} intro={text.intro}>
            <Steps image={Number(image)} />
            <Await of={loaded}>{value => <Editor key={`${member} ${value.image}`} of={value} features={features.value ?? []} />}</Await>
        </Page>
    );
}

/** To other images. */
function Steps({ image }: { image: number }) {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const { route } = useLocation();
    const [number, setNumber] = useState('');
    const to = (target: number) => address(`/images/${target}`, member);
    const link = (target: number, label: string) =>
        target >= 0 && target < run.images ? (
            <a class="button" href={to(target)}>
                {label}
            </a>
        ) : (
            <span class="button" aria-disabled="true">
                {label}
            </span>
        );
    return (
        <form
            class="controls"
            onSubmit={event => {
                event.preventDefault();
                route(to(Number(number)));
            }}
        >
            {link(image - 1, `‹ ${text.previous}`)}
            {link(image + 1, `${text.next} ›`)}
            <button type="button" onClick={() => route(to(Math.floor(Math.random() * run.images)))}>
                {text.random}
            </button>
            <label>
                {text.number}
                <input type="number" min="0" max={run.images - 1} required value={number} onInput={event => setNumber(event.currentTarget.value)} />
            </label>
            <button type="submit">{text.go}</button>
            <a href={address('/images', member, { at: image })}>{text.all}</a>
        </form>
    );
}
