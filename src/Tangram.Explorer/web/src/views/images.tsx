import { useLocation } from 'preact-iso';
import { useMemo, useState } from 'preact/hooks';
import { answer, client } from '../api';
import { Gallery } from '../components/gallery';
import { Page } from '../components/page';
import { Await } from '../components/state';
import { ImageTile } from '../components/tile';
import { useLoaded } from '../load';
import { address, useMember, useRun, useSettings } from '../run';
import { define, useNumbers, useWords } from '../words';

const words = define(
    {
        title: 'Images',
        intro: (count: string, data: string) => `The ${count} images of ${data}. Each leads to its code, its reconstruction, and an editor of both.`,
        class: 'Class',
        all: 'all',
        jump: 'Number',
        go: 'Show',
        random: 'Random image',
        shown: (count: string) => `${count} images`,
        none: 'No image is of this class.',
        label: 'Images',
    },
    {
        title: '图像',
        intro: (count: string, data: string) => `${data} 的 ${count} 幅图像。点击可查看其编码、重建，并进行编辑。`,
        class: '类别',
        all: '全部',
        jump: '编号',
        go: '显示',
        random: '随机图像',
        shown: (count: string) => `${count} 幅图像`,
        none: '没有此类别的图像。',
        label: '图像',
    },
);

const captionLines = 36;

export function ImagesView() {
    const text = useWords(words);
    const { count } = useNumbers();
    const run = useRun();
    const classes = useLoaded(() => (run.classes.length > 0 ? answer(client.GET('/api/images/classes')) : Promise.resolve<number[]>([])), []);
    return (
        <Page title={text.title} intro={text.intro(count(run.images), run.data)}>
            <Await of={classes}>{value => <Images classes={value} />}</Await>
        </Page>
    );
}

function Images({ classes }: { classes: number[] }) {
    const text = useWords(words);
    const { count } = useNumbers();
    const run = useRun();
    const member = useMember();
    const { route } = useLocation();
    const [settings, change] = useSettings({ class: '', at: '' });
    const [jump, setJump] = useState(settings.at);
    const chosen = settings.class === '' ? undefined : Number(settings.class);
    const shown = useMemo(
        () => (chosen === undefined ? undefined : [...classes.keys()].filter(image => classes[image] === chosen)),
        [classes, chosen],
    );
    const total = shown?.length ?? run.images;
    const imageAt = (place: number) => shown?.[place] ?? place;
    const at = settings.at === '' ? undefined : placeOf(Number(settings.at), shown, run.images);
    return (
        <>
            <form
                class="controls"
                onSubmit={event => {
                    event.preventDefault();
                    change({ at: jump });
                }}
            >
                {run.classes.length > 0 && (
                    <label>
                        {text.class}
                        <select value={settings.class} onChange={event => change({ class: event.currentTarget.value, at: '' }, true)}>
                            <option value="">{text.all}</option>
                            {run.classes.map((name, number) => (
                                <option key={number} value={number}>
                                    {name}
                                </option>
                            ))}
                        </select>
                    </label>
                )}
                <label>
                    {text.jump}
                    <input type="number" min="0" max={run.images - 1} required value={jump} onInput={event => setJump(event.currentTarget.value)} />
                </label>
                <button type="submit">{text.go}</button>
                <button
                    type="button"
                    disabled={total === 0}
                    onClick={() => route(address(`/images/${imageAt(Math.floor(Math.random() * total))}`, member))}
                >
                    {text.random}
                </button>
                <span class="note" role="status">
                    {total === 0 ? text.none : text.shown(count(total))}
                </span>
            </form>
            <Gallery
                count={total}
                width={84}
                height={84 + captionLines}
                at={at}
                label={text.label}
                tile={place => {
                    const image = imageAt(place);
                    const label = run.classes[classes[image]!];
                    return <ImageTile image={image} label={label} caption={label} value={image} size={84} />;
                }}
            />
        </>
    );
}

/** Where an image is in the gallery, or the next one that is shown. */
function placeOf(image: number, shown: number[] | undefined, images: number): number | undefined {
    if (!(image >= 0 && image < images)) return undefined;
    if (!shown) return image;
    const place = shown.findIndex(one => one >= image);
    return place < 0 ? undefined : place;
}
