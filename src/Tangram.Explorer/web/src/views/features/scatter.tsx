import type { EChartsType } from 'echarts/core';
import { useLocation } from 'preact-iso';
import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { FeatureRow } from '../../api';
import { axis, Chart, ink, palette } from '../../components/chart';
import { kindMarks, kinds, kindWords } from '../../kinds';
import type { Theme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';
import { isDead, rangeOf, rangeText, type Range, type Selection } from './selection';

const words = define(
    {
        label: 'Frequency and mean activation of each feature; the fields below say in numbers what a drawn rectangle selects',
        frequency: 'frequency (share of images, log scale)',
        activation: 'mean activation',
        selectivity: 'selectivity',
        unrated: 'unrated',
        feature: 'feature',
        filtered: 'filtered out',
    },
    {
        label: '每个特征的频率和平均激活；下方的输入框以数字表示所画的矩形选区',
        frequency: '频率（图像占比，对数刻度）',
        activation: '平均激活',
        selectivity: '选择性',
        unrated: '未评级',
        feature: '特征',
        filtered: '被筛除',
    },
);

/** From blue over purple to orange, lighter as it grows: told apart by any eyes and seen on both grounds. */
const scale = ['#3b6fb6', '#b0559f', '#f28c28'];

interface ScatterProps {
    rows: readonly FeatureRow[];
    shown: readonly FeatureRow[];
    selection: Selection;
    /** Colour by kind, or by selectivity. */
    colour: string;
    onRanges: (ranges: { frequency: string; activation: string }) => void;
    addressOf: (feature: number) => string;
}

type Point = [x: number, y: number, selectivity: number | null, row: FeatureRow];

/** All living features by frequency and mean activation. A rectangle drawn on it filters the gallery; a click opens a feature. */
export function Scatter({ rows, shown, selection, colour, onRanges, addressOf }: ScatterProps) {
    const text = useWords(words);
    const kindNames = useWords(kindWords);
    const { percent, number } = useNumbers();
    const { route } = useLocation();
    const extents = useMemo(() => extentsOf(rows.filter(row => !isDead(row))), [rows]);
    const latest = useRef({ onRanges, addressOf, route });
    latest.current = { onRanges, addressOf, route };

    const option = useCallback(
        (theme: Theme) => {
            const { text: colourOfText } = ink(theme);
            const isShown = new Set(shown);
            const alive = rows.filter(row => !isDead(row));
            const point = (row: FeatureRow): Point => [row.frequency, row.meanActivation, row.selectivity, row];
            const points = (name: string, of: readonly FeatureRow[], more: object) => ({
                name,
                type: 'scatter',
                data: of.map(point),
                symbolSize: 6,
                itemStyle: { opacity: 0.75 },
                ...more,
            });
            const living = alive.filter(row => isShown.has(row));
            const others = points(
                text.filtered,
                alive.filter(row => !isShown.has(row)),
                { color: colourOfText, symbolSize: 3, itemStyle: { opacity: 0.2 }, z: 1 },
            );
            const bySelectivity = colour === 'selectivity';
            const series = bySelectivity
                ? [
                      points(text.unrated, living.filter(row => row.selectivity === null), { color: '#8a8f98', symbol: 'triangle' }), // prettier-ignore
                      points(text.selectivity, living.filter(row => row.selectivity !== null), { symbolSize: (value: Point) => 4 + 6 * (value[2] ?? 0) }), // prettier-ignore
                  ]
                : [...kinds, null].map(kind =>
                      points(
                          kind ? kindNames[kind] : text.feature,
                          living.filter(row => row.kind === kind),
                          kind ? kindMarks[kind] : { color: palette[0] },
                      ),
                  );
            const used = [others, ...series].filter(one => one.data.length > 0);
            return {
                grid: { left: 56, right: 16, top: 34, bottom: 44 },
                legend: {
                    top: 0,
                    textStyle: { color: colourOfText },
                    selectedMode: false,
                    itemHeight: 10,
                    itemWidth: 12,
                    data: used.map(one => one.name).filter(name => !bySelectivity || name !== text.selectivity),
                },
                xAxis: axis(theme, text.frequency, {
                    type: 'log',
                    min: extents[0][0],
                    max: extents[0][1],
                    nameGap: 28,
                    axisLabel: {
                        color: colourOfText,
                        formatter: (value: number) => percent(value),
                        hideOverlap: true,
                        showMinLabel: false,
                        showMaxLabel: false,
                    },
                }),
                yAxis: axis(theme, text.activation, {
                    min: extents[1][0],
                    max: extents[1][1],
                    nameGap: 38,
                    axisLabel: { color: colourOfText, showMaxLabel: false },
                }),
                series: used,
                ...(bySelectivity && {
                    visualMap: {
                        type: 'continuous',
                        min: 0,
                        max: 1,
                        dimension: 2,
                        seriesIndex: used.findIndex(one => one.name === text.selectivity),
                        inRange: { color: scale },
                        calculable: false,
                        orient: 'horizontal',
                        right: 16,
                        top: 0,
                        itemWidth: 10,
                        itemHeight: 80,
                        text: ['1', `${text.selectivity} 0`],
                        textStyle: { color: colourOfText },
                    },
                }),
                tooltip: {
                    formatter: ({ value }: { value: Point }) => {
                        const row = value[3];
                        return [
                            `${text.feature} ${row.feature}${row.name ? `: ${row.name}` : ''}`,
                            `${percent(row.frequency)} · ${number(row.meanActivation)}`,
                            row.kind && kindNames[row.kind],
                            row.selectivity !== null && `${text.selectivity} ${number(row.selectivity)}`,
                        ]
                            .filter(Boolean)
                            .join('\n');
                    },
                },
                brush: {
                    toolbox: [],
                    xAxisIndex: 0,
                    yAxisIndex: 0,
                    removeOnClick: false,
                    outOfBrush: { colorAlpha: 1 },
                    brushStyle: { borderWidth: 2, color: 'rgba(120, 140, 170, 0.15)', borderColor: theme === 'dark' ? '#7db4f0' : '#0b57a4' },
                },
            };
        },
        [rows, shown, colour, extents, text, kindNames],
    );

    const onReady = useCallback((chart: EChartsType) => {
        chart.on('brushEnd', event => {
            const area = (event as { areas?: { coordRange: [[number, number], [number, number]] }[] }).areas?.[0];
            if (!area) return;
            const [x, y] = area.coordRange;
            latest.current.onRanges({ frequency: rangeText(rounded(x)), activation: rangeText(rounded(y)) });
        });
        chart.on('click', event => latest.current.route(latest.current.addressOf((event.value as Point)[3].feature)));
    }, []);

    const onDrawn = useCallback(
        (chart: EChartsType) => {
            // A finger scrolls the page; the fields below say the same in numbers.
            const brushType = matchMedia('(pointer: coarse)').matches ? false : 'rect';
            chart.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType, brushMode: 'single' } });
            const ranges = [rangeOf(selection.frequency), rangeOf(selection.activation)];
            const coordRange = ranges.map(([low, high], place) => [low ?? extents[place]![0], high ?? extents[place]![1]]);
            const isSet = ranges.some(range => rangeText(range) !== '');
            chart.dispatchAction({ type: 'brush', areas: isSet ? [{ brushType: 'rect', xAxisIndex: 0, yAxisIndex: 0, coordRange }] : [] });
        },
        [selection.frequency, selection.activation, extents],
    );

    return <Chart label={text.label} option={option} onReady={onReady} onDrawn={onDrawn} height={320} />;
}

const rounded = (range: readonly [number, number]): Range => [Number(range[0].toPrecision(4)), Number(range[1].toPrecision(4))];

type Extent = [low: number, high: number];

/** Ends of both axes, with room around the points. */
function extentsOf(alive: readonly FeatureRow[]): [Extent, Extent] {
    let [left, right, bottom, top] = [1, 0, 0, 0];
    for (const { frequency, meanActivation } of alive) {
        [left, right] = [Math.min(left, frequency), Math.max(right, frequency)];
        [bottom, top] = [Math.min(bottom, meanActivation), Math.max(top, meanActivation)];
    }
    const room = (top - bottom || 1) * 0.05;
    return [
        [Number((left / 1.3).toPrecision(2)), Number((right * 1.3).toPrecision(2))],
        [bottom < 0 ? Number((bottom - room).toPrecision(2)) : 0, Number((top + room).toPrecision(2))],
    ];
}
