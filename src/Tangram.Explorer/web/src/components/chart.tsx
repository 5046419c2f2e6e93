import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'preact/hooks';
import { whenCalm } from '../calm';
import { part, usePart } from '../parts';
import { useTheme, type Theme } from '../theme';
import { Failure, Loading } from './state';

type Library = typeof import('./echarts');

/** Ten times as large as a view, so it comes after what the view shows without it. */
const library = part(() => import('./echarts'));

/** Colours that readers with any colour vision tell apart (Okabe and Ito, 2008), in an order that keeps neighbours apart; one set for both themes. */
export const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6bb1', '#a6761d', '#666666', '#b2a800'];

/** Ends of the scale of signed numbers, as in pictures of features: blue below zero, orange above. */
export const signed = { negative: '#0550a0', zero: '#f7f7f7', positive: '#be4600' };

/** Colours of a chart's axes and text in a theme. */
export const ink = (theme: Theme) =>
    theme === 'dark' ? { text: '#d7dbe2', faint: '#3a4049', ground: '#1a1d22' } : { text: '#30363f', faint: '#dfe3e8', ground: '#ffffff' };

const usualHeight = 260;

interface ChartProps {
    /** What the chart shows, for those who can't see it. */
    label: string;
    /** ECharts' option, made anew where the theme changes. */
    option: (theme: Theme) => EChartsCoreOption;
    height?: number;
    /** Called once with the chart: to listen to it, or to start its brush. */
    onReady?: (chart: EChartsType) => (() => void) | void;
    /** Called whenever the chart was drawn anew, which takes its brush away, and when this function changes. */
    onDrawn?: (chart: EChartsType) => void;
}

/** A chart, once its library is there; its place is kept. */
export function Chart(props: ChartProps) {
    const { value, problem, again } = usePart(library, whenCalm);
    return (
        <div class="chart-place" style={{ minHeight: `${props.height ?? usualHeight}px` }}>
            {problem ? <Failure problem={problem} again={again} /> : value ? <Drawn {...props} echarts={value} /> : <Loading />}
        </div>
    );
}

/** A chart that follows its box and the theme. Tooltips are drawn, not written as HTML: the content-security policy forbids inline styles. */
function Drawn({ echarts, label, option, height = usualHeight, onReady, onDrawn }: ChartProps & { echarts: Library }) {
    const box = useRef<HTMLDivElement>(null);
    const chart = useRef<EChartsType>(undefined);
    const [theme] = useTheme();
    useEffect(() => {
        const made = echarts.init(box.current!, undefined, { renderer: 'canvas' });
        chart.current = made;
        const sized = new ResizeObserver(() => made.resize());
        sized.observe(box.current!);
        const end = onReady?.(made);
        return () => {
            end?.();
            sized.disconnect();
            made.dispose();
        };
    }, []);
    useEffect(() => {
        const { text, faint, ground } = ink(theme);
        chart.current!.setOption(
            {
                color: palette,
                animation: false,
                textStyle: { color: text, fontFamily: 'system-ui, sans-serif' },
                ...option(theme),
                tooltip: {
                    renderMode: 'richText',
                    confine: true,
                    backgroundColor: ground,
                    borderColor: faint,
                    textStyle: { color: text },
                    ...(option(theme)['tooltip'] as object | undefined),
                },
            },
            { notMerge: true },
        );
    }, [option, theme]);
    useEffect(() => onDrawn?.(chart.current!), [option, theme, onDrawn]);
    return <div class="chart" ref={box} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

/** An axis with a name, in a theme's colours. */
export const axis = (theme: Theme, name: string, more: Record<string, unknown> = {}) => {
    const { text, faint } = ink(theme);
    return {
        type: 'value',
        name,
        nameLocation: 'middle',
        nameTextStyle: { color: text },
        axisLabel: { color: text },
        axisLine: { lineStyle: { color: text } },
        splitLine: { lineStyle: { color: faint } },
        ...more,
    };
};
