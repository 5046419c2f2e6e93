import type { EChartsType } from 'echarts/core';
import type { ComponentChildren } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { axis, Chart, ink } from '../../components/chart';
import type { Theme } from '../../theme';
import type { Group, MapAnswer } from './points';

/** What dragging does. */
export type Tool = 'move' | 'polygon' | 'rect';

interface PlaneProps {
    label: string;
    map: MapAnswer;
    groups: readonly Group[];
    /** Places that were selected without drawing. */
    marked: readonly number[];
    axes: readonly [string, string];
    tool: Tool;
    /** Numbers to colour points by, instead of their groups; with the scale's name. */
    scale: { name: string; values: readonly number[] } | undefined;
    /** Counts what clears a drawn selection. */
    clears: number;
    onSelect: (places: number[]) => void;
    onOpen: (place: number) => void;
    /** What is shown of the point under the pointer. */
    preview: (place: number) => ComponentChildren;
}

type Point = [x: number, y: number, place: number, value: number];

/** From blue over purple to orange, as in the chart of features. */
const colours = ['#3b6fb6', '#b0559f', '#f28c28'];

/** Points on a plane, which a lasso or a rectangle selects. */
export function Plane({ label, map, groups, marked, axes, tool, scale, clears, onSelect, onOpen, preview }: PlaneProps) {
    const [hovered, setHovered] = useState<{ place: number; left: number; top: number }>();
    const latest = useRef({ groups, onSelect, onOpen });
    latest.current = { groups, onSelect, onOpen };

    const option = useCallback(
        (theme: Theme) => {
            const named = (name: string) => ({
                scale: true,
                nameGap: 10,
                axisLabel: { show: false },
                axisTick: { show: false },
                axisLine: { onZero: false, lineStyle: { color: ink(theme).text } },
                name,
            });
            const point = (place: number): Point => [map.x[place]!, map.y[place]!, place, scale?.values[place] ?? 0];
            const values = scale?.values.filter(Number.isFinite) ?? [];
            return {
                grid: { left: 28, right: 12, top: scale ? 36 : 12, bottom: 28 },
                xAxis: axis(theme, axes[0], named(axes[0])),
                yAxis: axis(theme, axes[1], named(axes[1])),
                dataZoom: [
                    { type: 'inside', xAxisIndex: 0, filterMode: 'none' },
                    { type: 'inside', yAxisIndex: 0, filterMode: 'none' },
                ],
                series: [
                    ...groups.map(group => ({
                        type: 'scatter',
                        name: group.name,
                        symbol: group.symbol,
                        symbolSize: 7,
                        itemStyle: { opacity: 0.8 },
                        ...(!scale && { color: group.color }),
                        data: group.places.map(point),
                    })),
                    {
                        type: 'scatter',
                        symbolSize: 13,
                        itemStyle: { color: 'transparent', borderColor: ink(theme).text, borderWidth: 2 },
                        silent: true,
                        data: marked.map(point),
                    },
                ],
                ...(scale && {
                    visualMap: {
                        type: 'continuous',
                        dimension: 3,
                        seriesIndex: groups.map((_, index) => index),
                        min: Math.min(...values),
                        max: Math.max(...values),
                        inRange: { color: colours },
                        orient: 'horizontal',
                        right: 12,
                        top: 0,
                        itemWidth: 10,
                        itemHeight: 120,
                        text: [Math.max(...values).toFixed(1), `${scale.name}  ${Math.min(...values).toFixed(1)}`],
                        calculable: false,
                        textStyle: { color: ink(theme).text },
                    },
                }),
                tooltip: { show: false },
                brush: {
                    toolbox: [],
                    xAxisIndex: 0,
                    yAxisIndex: 0,
                    outOfBrush: { colorAlpha: 0.25 },
                    brushStyle: { borderWidth: 2, color: 'rgba(120, 140, 170, 0.15)', borderColor: theme === 'dark' ? '#7db4f0' : '#0b57a4' },
                },
            };
        },
        [map, groups, axes, scale, marked],
    );

    const onReady = useCallback((chart: EChartsType) => {
        chart.on('brushselected', event => {
            const { batch } = event as { batch?: { areas: unknown[]; selected: { seriesIndex: number; dataIndex: number[] }[] }[] };
            if (!batch?.[0] || batch[0].areas.length === 0) return;
            latest.current.onSelect(
                batch[0].selected.flatMap(({ seriesIndex, dataIndex }) =>
                    latest.current.groups[seriesIndex] ? dataIndex.map(index => latest.current.groups[seriesIndex]!.places[index]!) : [],
                ),
            );
        });
        chart.on('click', event => latest.current.onOpen((event.value as Point)[2]));
        chart.on('mouseover', event => {
            const { offsetX, offsetY } = event.event as unknown as { offsetX: number; offsetY: number };
            setHovered({ place: (event.value as Point)[2], left: Math.min(offsetX, chart.getWidth() - 120), top: offsetY });
        });
        chart.on('mouseout', () => setHovered(undefined));
    }, []);

    const onDrawn = useCallback(
        (chart: EChartsType) => {
            setHovered(undefined);
            chart.dispatchAction({ type: 'brush', areas: [] });
            chart.dispatchAction({
                type: 'takeGlobalCursor',
                key: 'brush',
                brushOption: tool === 'move' ? { brushType: false } : { brushType: tool, brushMode: 'single' },
            });
        },
        [tool, clears],
    );

    return (
        <div class="plane">
            <Chart label={label} option={option} onReady={onReady} onDrawn={onDrawn} height={480} />
            {hovered && (
                <div class="plane-preview" style={{ left: `${hovered.left}px`, top: `${hovered.top}px` }}>
                    {preview(hovered.place)}
                </div>
            )}
        </div>
    );
}
