import { answer, client, type Answers } from '../../api';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { FeatureTile } from '../../components/tile';
import { useLoadedOf } from '../../load';
import { address, useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

type Key = Answers['KeyFeature'];

const words = define(
    {
        title: 'What tells them apart',
        note: 'A bar’s length: (share of the one class’s images that activate the feature − share of the other’s) × mean activation in the one. Below it both shares.',
        none: 'No feature tells these classes apart: none is active more often for one than for the other by more than chance may be, or one of them has no images.',
        typicalOf: (name: string) => `Typical of ${name}`,
        against: (own: string, other: string) => `${own} against ${other}`,
    },
    {
        title: '什么把它们区分开来',
        note: '条的长度：（一类图像中激活此特征的比例 − 另一类中的比例）× 在前一类中的平均激活值。下面是两个比例。',
        none: '没有特征能区分这两个类别：没有特征在其中一类中更常激活且超出偶然，或者其中一类没有图像。',
        typicalOf: name => `“${name}”的典型特征`,
        against: (own, other) => `${own}，另一类 ${other}`,
    },
);

/** The features that are most typical of one class against another, as two-sided bars. */
export function Difference({ label, other }: { label: number; other: number }) {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const loaded = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/classes/{label}/against/{other}', { params: { path: { member, label, other } }, signal })),
        [label, other],
    );
    return (
        <Section title={text.title} note={text.note}>
            <Await of={loaded}>
                {({ features, otherFeatures }) => {
                    const limit = Math.max(0, ...features.map(key => key.score), ...otherFeatures.map(key => key.score));
                    if (limit === 0) return <p>{text.none}</p>;
                    return (
                        <table class="difference">
                            <thead>
                                <tr>
                                    {[label, other].map((of, side) => (
                                        <th key={of} scope="col" class={side === 0 ? 'left' : 'right'}>
                                            <a href={address('/classes', member, { class: of })}>{text.typicalOf(run.classes[of]!)}</a>
                                        </th>
                                    ))}
                                </tr>
                            </thead>
                            <tbody>
                                {Array.from({ length: Math.max(features.length, otherFeatures.length) }, (_, place) => (
                                    <tr key={place}>
                                        <Bar feature={features[place]} limit={limit} side="left" />
                                        <Bar feature={otherFeatures[place]} limit={limit} side="right" />
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    );
                }}
            </Await>
        </Section>
    );
}

function Bar({ feature: key, limit, side }: { feature: Key | undefined; limit: number; side: 'left' | 'right' }) {
    const text = useWords(words);
    const { number, percent } = useNumbers();
    return (
        <td class={side}>
            {key && (
                <div>
                    <FeatureTile feature={key.feature} name={key.name} size={48} />
                    <p>
                        <span class="length" style={{ width: `${(key.score / limit) * 100}%` }} aria-hidden="true" />
                        <strong>{number(key.score, 2)}</strong> {text.against(percent(key.frequency, 2), percent(key.elsewhere, 2))}
                    </p>
                </div>
            )}
        </td>
    );
}
