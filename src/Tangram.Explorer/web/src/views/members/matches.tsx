import { useMemo } from 'preact/hooks';
import type { Answers } from '../../api';
import { Gallery } from '../../components/gallery';
import { Section } from '../../components/page';
import { FeatureTile } from '../../components/tile';
import { useMember, useSettings } from '../../run';
import { define, useNumbers, useWords } from '../../words';
import { Histogram } from './histogram';

/** A feature, and its largest cosine to any feature of the other members. */
export interface Found {
    /** Its place in the answer. */
    place: number;
    feature: number;
    closest: number;
    /** Mean over the other members of the largest cosine. */
    mean: number;
    /** The largest cosine in the member where it is smallest. */
    least: number;
}

const words = define(
    {
        title: (member: number) => `Features of member ${member} and their matches`,
        note: 'A feature stands first, then the feature of each other member that is most like it: its number and the cosine. A picture leads to that member’s feature.',
        threshold: 'Counts as found from a cosine of',
        show: 'Show',
        all: (count: string) => `all features (${count})`,
        only: (count: string) => `only this member found (${count})`,
        every: (count: string) => `every member found (${count})`,
        sort: 'Order',
        best: 'best matches first',
        worst: 'worst matches first',
        number: 'by number',
        none: 'No such features: change the threshold, or show all.',
        dead: 'No feature of this member is alive: none of the images activates one.',
        gallery: 'Features and their matches',
        member: (member: number) => `member ${member}`,
        set: (feature: number) => `feature ${feature} and its matches`,
        nothing: 'none alive',
    },
    {
        title: member => `成员 ${member} 的特征及其匹配`,
        note: '最前面是该成员的特征，其后依次是其他各成员中与之最相似的特征：编号和余弦。点击图片进入那个成员的特征。',
        threshold: '视为已找到的最小余弦',
        show: '显示',
        all: count => `全部特征（${count}）`,
        only: count => `只有该成员找到的（${count}）`,
        every: count => `所有成员都找到的（${count}）`,
        sort: '顺序',
        best: '最佳匹配在前',
        worst: '最差匹配在前',
        number: '按编号',
        none: '没有这样的特征：请改变阈值，或显示全部。',
        dead: '该成员没有未失活的特征：没有图像激活其中任何一个。',
        gallery: '特征及其匹配',
        member: member => `成员 ${member}`,
        set: feature => `特征 ${feature} 及其匹配`,
        nothing: '全部失活',
    },
);

const picture = 56;

/** The features of the chosen member, their matches in the others, and those that it found alone. */
export function Matches({ matches }: { matches: Answers['MatchesOfMember'] }) {
    const text = useWords(words);
    const { count } = useNumbers();
    const member = useMember();
    const [settings, change] = useSettings({ threshold: '0.5', show: 'all', order: 'best' });
    const threshold = Number.isFinite(Number(settings.threshold)) ? Number(settings.threshold) : 0.5;

    const found = useMemo(() => foundOf(matches), [matches]);
    const alone = found.filter(one => one.closest < threshold);
    const everywhere = found.filter(one => one.least >= threshold);
    const listed = settings.show === 'only' ? alone : settings.show === 'every' ? everywhere : found;
    const ordered =
        settings.order === 'number' ? listed : listed.toSorted((a, b) => (settings.order === 'worst' ? a.mean - b.mean : b.mean - a.mean));
    if (found.length === 0)
        return (
            <Section title={text.title(member)}>
                <p>{text.dead}</p>
            </Section>
        );
    return (
        <Section title={text.title(member)} note={text.note}>
            <div class="histogram">
                <Histogram found={found} threshold={threshold} />
            </div>
            <div class="controls">
                <label>
                    {text.threshold}
                    <input
                        type="number"
                        min="-1"
                        max="1"
                        step="0.05"
                        value={threshold}
                        onChange={event => change({ threshold: event.currentTarget.value })}
                    />
                </label>
                <label>
                    {text.show}
                    <select value={settings.show} onChange={event => change({ show: event.currentTarget.value })}>
                        <option value="all">{text.all(count(found.length))}</option>
                        <option value="only">{text.only(count(alone.length))}</option>
                        <option value="every">{text.every(count(everywhere.length))}</option>
                    </select>
                </label>
                <label>
                    {text.sort}
                    <select value={settings.order} onChange={event => change({ order: event.currentTarget.value })}>
                        <option value="best">{text.best}</option>
                        <option value="worst">{text.worst}</option>
                        <option value="number">{text.number}</option>
                    </select>
                </label>
            </div>
            {ordered.length === 0 ? (
                <p>{text.none}</p>
            ) : (
                <Gallery
                    count={ordered.length}
                    width={Math.min(358, (matches.others.length + 1) * (picture + 6) + 16)}
                    height={picture + 50}
                    label={text.gallery}
                    tile={place => <Matched matches={matches} found={ordered[place]!} />}
                />
            )}
        </Section>
    );
}

function foundOf({ features, others }: Answers['MatchesOfMember']): Found[] {
    return features.map((feature, place) => {
        const cosines = others.map(other => other.cosine[place] ?? -1); // a member without features that are alive found none
        return {
            place,
            feature,
            closest: Math.max(...cosines),
            mean: cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length,
            least: Math.min(...cosines),
        };
    });
}

function Matched({ matches, found: { place, feature } }: { matches: Answers['MatchesOfMember']; found: Found }) {
    const text = useWords(words);
    const { number } = useNumbers();
    const member = useMember();
    return (
        <div class="matched" role="group" aria-label={text.set(feature)}>
            <FeatureTile feature={feature} name={text.member(member)} caption={feature} size={picture} />
            {matches.others.map(other =>
                other.match[place]! < 0 ? (
                    <span key={other.member} class="caption">
                        {text.nothing}
                    </span>
                ) : (
                    <FeatureTile
                        key={other.member}
                        feature={other.match[place]!}
                        member={other.member}
                        name={text.member(other.member)}
                        caption={other.match[place]!}
                        value={number(other.cosine[place], 2)}
                        size={picture}
                    />
                ),
            )}
        </div>
    );
}
