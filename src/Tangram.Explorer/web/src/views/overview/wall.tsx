import { answer, client, type Answers } from '../../api';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { FeatureTile, Tiles } from '../../components/tile';
import { useDead } from '../../dead';
import { useLoadedOf } from '../../load';
import { address, useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Features worth a first look',
        alive: (alive: string, dead: string, all: string, why: string) => `${alive} of ${all} features are active; ${dead} are dead: ${why}.`,
        none: (why: string) => `All features are dead: ${why}.`,
        allAlive: (all: string) => `All ${all} features are active for at least one image.`,
        all: 'see all',
        seeAll: (group: string) => `see all features, ${group.toLowerCase()} first`,
        specific: 'Most class-specific',
        specificNote:
            'Active for few classes: the class, and the least selectivity that the counts allow (0: even over the classes, 1: one class only); a few images of a small class don’t make a feature specific.',
        used: 'Most used',
        usedNote: 'Active for the largest share of the images.',
        rarest: 'Rarest',
        rarestNote: 'Active for the smallest share of the images, but for some.',
        strongest: 'Strongest',
        strongestNote: 'With the largest mean activation, over the images that activate them.',
    },
    {
        title: '值得先看的特征',
        alive: (alive, dead, all, why) => `${all} 个特征中有 ${alive} 个活跃；${dead} 个失活：${why}。`,
        none: why => `所有特征都失活：${why}。`,
        allAlive: all => `全部 ${all} 个特征都至少被一幅图像激活。`,
        all: '查看全部',
        seeAll: group => `查看全部特征（${group}在前）`,
        specific: '最具类别特异性',
        specificNote:
            '只对少数类别激活：标出类别和计数所允许的最小选择性（0：各类别均等，1：只属于一个类别）；小类别中的几幅图像不足以使特征具有特异性。',
        used: '最常用',
        usedNote: '被最大比例的图像激活。',
        rarest: '最稀有',
        rarestNote: '只被最小比例的图像激活，但并未失活。',
        strongest: '最强',
        strongestNote: '在激活它们的图像上，平均激活值最大。',
    },
);

const groups = [
    ['specific', { sort: 'selectivity' }],
    ['used', {}],
    ['rarest', { order: 'up', show: 'alive' }],
    ['strongest', { sort: 'activation' }],
] as const;

/** A curated wall of features. */
export function Wall() {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const run = useRun();
    const member = useMember();
    const dead = useDead();
    const highlights = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/highlights', { params: { path: { member } }, signal })),
        [],
    );
    const captionOf = ({ class: of, name }: Answers['Highlight']) => name ?? (of === null ? '' : run.classes[of]);
    const valueOf = ({ value }: Answers['Highlight'], group: (typeof groups)[number][0]) =>
        group === 'specific' ? number(value, 2) : group === 'strongest' ? number(value) : percent(value, 2);
    return (
        <Section title={text.title}>
            <div class="wall">
                <Await of={highlights}>
                    {loaded => (
                        <>
                            <p class="note">
                                {loaded.alive === 0
                                    ? text.none(dead.them)
                                    : loaded.alive === run.features
                                      ? text.allAlive(count(run.features))
                                      : text.alive(count(loaded.alive), count(run.features - loaded.alive), count(run.features), dead.them)}
                            </p>
                            {groups.map(
                                ([group, sort]) =>
                                    loaded[group].length > 0 && (
                                        <section key={group}>
                                            <h3>
                                                {text[group]}{' '}
                                                <a class="see-all" href={address('/features', member, sort)} aria-label={text.seeAll(text[group])}>
                                                    {text.all}
                                                </a>
                                            </h3>
                                            <p class="note">{text[`${group}Note`]}</p>
                                            <Tiles label={text[group]}>
                                                {loaded[group].map(one => (
                                                    <FeatureTile
                                                        key={one.feature}
                                                        feature={one.feature}
                                                        name={one.name}
                                                        caption={captionOf(one)}
                                                        value={valueOf(one, group)}
                                                    />
                                                ))}
                                            </Tiles>
                                        </section>
                                    ),
                            )}
                        </>
                    )}
                </Await>
            </div>
        </Section>
    );
}
