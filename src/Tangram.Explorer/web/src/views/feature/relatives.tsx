import { answer, client, type Answers } from '../../api';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { FeatureTile, Tiles } from '../../components/tile';
import { useLoaded } from '../../load';
import { useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        alike: 'Features that look like it',
        alikeNote: (least: string) => `By the cosine of their weights, above ${least}: that close would come the closest of as many random rows.`,
        noneAlike: (least: string) =>
            `None looks like it: no cosine of weights is above ${least}, which the closest of as many random rows would have.`,
        together: 'Features active in the same images',
        togetherNote: 'By the share of images that activate both, of those that activate either (Jaccard index).',
        none: 'None: no image activates it together with another.',
        matches: 'The same in other members',
        matchesNote: (least: string) =>
            `What another member found too isn’t chance. By the cosine of weights, above ${least}: that close would come the closest of as many random rows.`,
        noMatch: 'None looks like it.',
        member: (member: number) => `Member ${member}`,
    },
    {
        alike: '外观相似的特征',
        alikeNote: least => `按权重的余弦相似度，高于 ${least}：同样多的随机行中最接近的就有这么接近。`,
        noneAlike: least => `没有与它外观相似的：没有一个权重余弦高于 ${least}，而同样多的随机行中最接近的就有这么大。`,
        together: '在相同图像中激活的特征',
        togetherNote: '按同时激活两者的图像占激活任一者的图像的比例（Jaccard 指数）。',
        none: '没有：没有图像同时激活它和其他特征。',
        matches: '其他成员中的对应特征',
        matchesNote: least => `其他成员也找到的特征并非偶然。按权重的余弦相似度，高于 ${least}：同样多的随机行中最接近的就有这么接近。`,
        noMatch: '没有与它外观相似的。',
        member: (member: number) => `成员 ${member}`,
    },
);

/** Features like one: in looks, in use, and in the other members. */
export function Relatives({ feature }: { feature: Answers['FeatureAnswer'] }) {
    const text = useWords(words);
    const { number } = useNumbers();
    const run = useRun();
    const least = number(feature.alikeByChance, 2);
    const alike = feature.alike.filter(one => one.similarity > feature.alikeByChance);
    return (
        <>
            <Section title={text.alike} note={(alike.length > 0 ? text.alikeNote : text.noneAlike)(least)}>
                <Similar features={alike} label={text.alike} />
            </Section>
            <Section title={text.together} note={feature.together.length > 0 ? text.togetherNote : text.none}>
                <Similar features={feature.together} label={text.together} />
            </Section>
            {run.members > 1 && <Matches feature={feature} least={least} />}
        </>
    );
}

function Similar(props: { features: Answers['SimilarFeatureAnswer'][]; label: string; member?: number }) {
    const { number } = useNumbers();
    return (
        <Tiles label={props.label}>
            {props.features.map(one => (
                <FeatureTile
                    key={one.feature}
                    feature={one.feature}
                    name={one.name}
                    {...(props.member !== undefined && { member: props.member })}
                    value={number(Number(one.similarity.toFixed(2)))}
                />
            ))}
        </Tiles>
    );
}

function Matches({ feature: { feature, alikeByChance }, least }: { feature: Answers['FeatureAnswer']; least: string }) {
    const text = useWords(words);
    const member = useMember();
    const matches = useLoaded(
        signal => answer(client.GET('/api/members/{member}/features/{feature}/matches', { params: { path: { member, feature } }, signal })),
        [member, feature],
    );
    return (
        <Section title={text.matches} note={text.matchesNote(least)}>
            <Await of={matches}>
                {members => (
                    <div class="columns">
                        {members
                            .map(one => ({ ...one, features: one.features.filter(match => match.similarity > alikeByChance) }))
                            .map(one => (
                                <div key={one.member}>
                                    <h3>{text.member(one.member)}</h3>
                                    {one.features.length === 0 && <p class="note">{text.noMatch}</p>}
                                    <Similar features={one.features} label={text.member(one.member)} member={one.member} />
                                </div>
                            ))}
                    </div>
                )}
            </Await>
        </Section>
    );
}
