import { useCallback, useMemo } from 'preact/hooks';
import type { FeatureRow } from '../api';
import { Gallery } from '../components/gallery';
import { Page } from '../components/page';
import { Await } from '../components/state';
import { FeatureTile } from '../components/tile';
import { useDead } from '../dead';
import { useFeatures } from '../features';
import { kinds, kindWords } from '../kinds';
import { address, useMember, useRun, useSettings } from '../run';
import '../styles/features.css';
import { define, useNumbers, useWords } from '../words';
import { Unmatched } from './feature/origin';
import { Ranges } from './features/ranges';
import { Scatter } from './features/scatter';
import { isDead, isUpward, select, sortOf, sorts, usualSelection } from './features/selection';

const words = define(
    {
        title: 'Features',
        intro: 'Every feature that this member learned. Draw a rectangle in the chart to see those of a frequency and strength; click a point or a picture to open one.',
        sort: 'Sort by',
        sorts: { frequency: 'frequency', activation: 'mean activation', selectivity: 'selectivity', kind: 'kind', number: 'number' },
        upward: 'Ascending',
        downward: 'Descending',
        kind: 'Kind',
        any: 'any',
        show: 'Show',
        shows: { '': 'all', alive: 'alive', dead: 'dead', named: 'named' },
        find: 'Number or name',
        colour: 'Colour points by',
        count: (shown: string, all: string) => `${shown} of ${all} features`,
        dead: (count: string, why: string) => `${count} dead, not in the chart: ${why}`,
        allDead: (why: string) => `All features are dead, so there is nothing to chart: ${why}.`,
        none: 'No feature is like that.',
        reset: 'Show all',
        isDead: 'dead',
        unrated: 'unrated',
    },
    {
        title: '特征',
        intro: '该成员学到的所有特征。在图中拖出一个矩形，可只看某一频率和强度范围的特征；点击图中的点或图片可打开该特征。',
        sort: '排序',
        sorts: { frequency: '频率', activation: '平均激活', selectivity: '选择性', kind: '类型', number: '编号' },
        upward: '升序',
        downward: '降序',
        kind: '类型',
        any: '任意',
        show: '显示',
        shows: { '': '全部', alive: '活跃', dead: '失活', named: '已命名' },
        find: '编号或名称',
        colour: '按什么着色',
        count: (shown: string, all: string) => `${shown} / ${all} 个特征`,
        dead: (count: string, why: string) => `${count} 个失活特征不在图中：${why}`,
        allDead: (why: string) => `所有特征都失活，因此没有可绘制的内容：${why}。`,
        none: '没有这样的特征。',
        reset: '显示全部',
        isDead: '失活',
        unrated: '未评级',
    },
);

const tile = 84;
const captionLines = 36;

export function FeaturesView() {
    const text = useWords(words);
    const features = useFeatures(useMember());
    return (
        <Page title={text.title} intro={text.intro}>
            <Unmatched />
            <Await of={features}>{rows => <Features rows={rows} />}</Await>
        </Page>
    );
}

function Features({ rows }: { rows: FeatureRow[] }) {
    const text = useWords(words);
    const kindNames = useWords(kindWords);
    const { count, number, percent } = useNumbers();
    const run = useRun();
    const member = useMember();
    const [{ colour, ...selection }, change] = useSettings({ ...usualSelection, colour: 'kind' });
    const key = JSON.stringify(selection);
    const shown = useMemo(() => select(rows, selection), [rows, key]);
    const why = useDead();
    const dead = useMemo(() => rows.filter(isDead).length, [rows]);
    const addressOf = useCallback((feature: number) => address(`/features/${feature}`, member, selection), [member, key]);
    const isFiltered = shown.length < rows.length;
    const hasClasses = run.classes.length > 1;
    const sort = sortOf(selection);
    const usedKinds = kinds.filter(kind => rows.some(row => row.kind === kind));
    const possible = sorts.filter(one => (one !== 'selectivity' || hasClasses) && (one !== 'kind' || usedKinds.length > 0));
    const clear = () => change({ ...usualSelection, sort: selection.sort, order: selection.order });

    const valueOf = (row: FeatureRow) => {
        switch (sort) {
            case 'frequency':
                return isDead(row) ? text.isDead : percent(row.frequency);
            case 'activation':
                return isDead(row) ? text.isDead : number(row.meanActivation);
            case 'selectivity':
                return row.selectivity === null ? text.unrated : number(row.selectivity);
            case 'kind':
                return row.kind ? kindNames[row.kind] : text.isDead;
            case 'number':
                return row.name ? row.feature : undefined;
        }
    };

    return (
        <>
            <div class="controls">
                <label>
                    {text.sort}
                    <select value={sort} onChange={event => change({ sort: event.currentTarget.value, order: '' })}>
                        {possible.map(one => (
                            <option key={one} value={one}>
                                {text.sorts[one]}
                            </option>
                        ))}
                    </select>
                </label>
                <button type="button" onClick={() => change({ order: isUpward(selection) ? 'down' : 'up' })}>
                    <span aria-hidden="true">{isUpward(selection) ? '↑' : '↓'}</span> {isUpward(selection) ? text.upward : text.downward}
                </button>
                {usedKinds.length > 0 && (
                    <label>
                        {text.kind}
                        <select value={selection.kind} onChange={event => change({ kind: event.currentTarget.value })}>
                            <option value="">{text.any}</option>
                            {usedKinds.map(kind => (
                                <option key={kind} value={kind}>
                                    {kindNames[kind]}
                                </option>
                            ))}
                        </select>
                    </label>
                )}
                <label>
                    {text.show}
                    <select value={selection.show} onChange={event => change({ show: event.currentTarget.value })}>
                        {(['', 'alive', 'dead', 'named'] as const).map(one => (
                            <option key={one} value={one}>
                                {text.shows[one]}
                            </option>
                        ))}
                    </select>
                </label>
                <label>
                    {text.find}
                    <input type="search" maxLength={80} value={selection.find} onInput={event => change({ find: event.currentTarget.value })} />
                </label>
                {hasClasses && usedKinds.length > 0 && (
                    <label>
                        {text.colour}
                        <select value={colour} onChange={event => change({ colour: event.currentTarget.value })}>
                            <option value="kind">{text.sorts.kind}</option>
                            <option value="selectivity">{text.sorts.selectivity}</option>
                        </select>
                    </label>
                )}
            </div>
            {dead === rows.length ? (
                <p class="note">{text.allDead(why.them)}</p>
            ) : (
                <Scatter
                    rows={rows}
                    shown={shown}
                    selection={selection}
                    colour={hasClasses && usedKinds.length === 0 ? 'selectivity' : colour}
                    onRanges={change}
                    addressOf={addressOf}
                />
            )}
            <Ranges selection={selection} hasClasses={hasClasses} onChange={change} />
            <div class="counted">
                <p role="status">
                    {text.count(count(shown.length), count(rows.length))}
                    {dead > 0 && dead < rows.length && ` · ${text.dead(count(dead), why.them)}`}
                </p>
                {isFiltered && (
                    <button type="button" onClick={clear}>
                        {text.reset}
                    </button>
                )}
            </div>
            {shown.length === 0 && <p class="note">{text.none}</p>}
            <Gallery
                count={shown.length}
                width={tile}
                height={tile + captionLines}
                label={text.title}
                tile={place => {
                    const row = shown[place]!;
                    return <FeatureTile feature={row.feature} name={row.name} size={tile} query={selection} value={valueOf(row)} />;
                }}
            />
        </>
    );
}
