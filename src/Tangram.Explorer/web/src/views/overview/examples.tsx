import { answer, client } from '../../api';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { ImageTile } from '../../components/tile';
import { useLoadedOf } from '../../load';
import { useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Images and what their codes make of them',
        note: 'Above an image, below its reconstruction with their correlation (Pearson, at best 1). An image leads to its code.',
        reconstruction: (image: number) => `reconstruction of image ${image}`,
    },
    {
        title: '图像与由编码重建的结果',
        note: '上为原图，下为重建及两者的相关系数（Pearson，最好为 1）。点击图像可查看它的编码。',
        reconstruction: image => `图像 ${image} 的重建`,
    },
);

/** Some images beside their reconstructions. */
export function Examples() {
    const text = useWords(words);
    const { number } = useNumbers();
    const run = useRun();
    const member = useMember();
    const examples = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/examples', { params: { path: { member } }, signal })),
        [],
    );
    return (
        <Section title={text.title} note={text.note}>
            <div class="examples">
                <Await of={examples}>
                    {loaded =>
                        loaded.map(one => (
                            <div key={one.image}>
                                <ImageTile
                                    image={one.image}
                                    label={one.class !== null ? run.classes[one.class] : undefined}
                                    caption={one.class !== null ? run.classes[one.class] : one.image}
                                    size={88}
                                />
                                <img class="pixels" src={one.reconstruction} alt={text.reconstruction(one.image)} width="88" height="88" />
                                <span class="value">{number(one.pearson)}</span>
                            </div>
                        ))
                    }
                </Await>
            </div>
        </Section>
    );
}
