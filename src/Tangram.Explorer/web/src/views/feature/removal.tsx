import { answer, client, type Answers } from '../../api';
import { Section } from '../../components/page';
import { Scale } from '../../components/scale';
import { Await } from '../../components/state';
import { ImageTile } from '../../components/tile';
import { useLoaded } from '../../load';
import { useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'What is lost without it',
        note: 'Its activation is set to 0 and the rest of each code stays as it is. Errors are mean squared errors (MSE).',
        helps: (share: string, of: string, isAll: boolean, before: string, after: string, change: string) =>
            `It helps in ${share} of ${isAll ? (of === '1' ? 'the one image that activates it' : `the ${of} images that activate it`) : `a sample of ${of} images that activate it`}: without it their mean MSE goes from ${before} to ${after} (${change}).`,
        strongest: 'Where it is strongest',
        typical: 'Where it is about as strong as usual',
        original: 'original',
        before: 'with it',
        after: 'without it',
        difference: 'difference',
        error: (before: string, after: string) => `MSE ${before} → ${after}`,
        activation: (value: string) => `activation ${value}`,
        scale: 'Difference: without it less with it.',
        scaleColour: 'Difference: without it less with it, the mean over channels.',
    },
    {
        title: '移除它会失去什么',
        note: '将其激活设为 0，每个编码的其余部分保持不变。误差为均方误差（MSE）。',
        helps: (share: string, of: string, isAll: boolean, before: string, after: string, change: string) =>
            `在激活它的${isAll ? '全部' : '图像中抽取的'} ${of} 张图像中，它对 ${share} 有帮助：移除后平均 MSE 从 ${before} 变为 ${after}（${change}）。`,
        strongest: '激活最强处',
        typical: '激活强度通常处',
        original: '原图',
        before: '有它',
        after: '无它',
        difference: '差异',
        error: (before: string, after: string) => `MSE ${before} → ${after}`,
        activation: (value: string) => `激活 ${value}`,
        scale: '差异：无它减去有它。',
        scaleColour: '差异：无它减去有它，各通道取均值。',
    },
);

/** What a feature's removal does to the images that activate it, of which there are `used`. */
export function Removal({ feature, used }: { feature: number; used: number }) {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const member = useMember();
    const { shape } = useRun();
    const removal = useLoaded(
        signal => answer(client.GET('/api/members/{member}/features/{feature}/removal', { params: { path: { member, feature } }, signal })),
        [member, feature],
    );
    return (
        <Section title={text.title} note={text.note}>
            <Await of={removal}>
                {({ images, errorBefore: before, errorAfter: after, helped, limit, strongest, typical }) => (
                    <>
                        {before !== null && after !== null && (
                            <p>
                                {text.helps(
                                    percent(helped),
                                    count(images),
                                    images === used,
                                    number(before),
                                    number(after),
                                    before > 0 ? `${after >= before ? '+' : '−'}${percent(Math.abs(after / before - 1))}` : '–',
                                )}
                            </p>
                        )}
                        {[
                            { title: text.strongest, removed: strongest },
                            { title: text.typical, removed: typical },
                        ]
                            .filter(({ removed }) => removed.length > 0)
                            .map(({ title, removed }) => (
                                <div key={title}>
                                    <h3>{title}</h3>
                                    <div class="removals">
                                        {removed.map(one => (
                                            <Removed key={one.image} removed={one} />
                                        ))}
                                    </div>
                                </div>
                            ))}
                        {strongest.length > 0 && (
                            <>
                                <Scale isSigned low={number(-limit)} high={number(limit)} />
                                <p class="note">{shape.channels > 1 ? text.scaleColour : text.scale}</p>
                            </>
                        )}
                    </>
                )}
            </Await>
        </Section>
    );
}

function Removed({ removed }: { removed: Answers['RemovedAnswer'] }) {
    const text = useWords(words);
    const { number } = useNumbers();
    return (
        <figure class="removal">
            <div class="removal-pictures">
                <ImageTile image={removed.image} caption={text.original} size={76} />
                {(['before', 'after', 'difference'] as const).map(part => (
                    <figure key={part}>
                        <img class="pixels" src={removed[part]} alt={`${text[part]}`} />
                        <figcaption>{text[part]}</figcaption>
                    </figure>
                ))}
            </div>
            <figcaption>
                {text.activation(number(removed.activation))} · {text.error(number(removed.errorBefore), number(removed.errorAfter))}
            </figcaption>
        </figure>
    );
}
