import { useCallback } from 'preact/hooks';
import { axis, Chart, ink, palette } from '../../components/chart';
import type { Theme } from '../../theme';
import { define, useWords } from '../../words';
import type { Found } from './matches';

const words = define(
    {
        label: 'How many features have which largest cosine to a feature of another member',
        cosine: 'largest cosine to any feature of the other members',
        features: 'features',
        alone: 'only this member',
        shared: 'another member too',
    },
    {
        label: '各特征与其他成员特征的最大余弦的分布',
        cosine: '与其他成员任一特征的最大余弦',
        features: '特征数',
        alone: '只有该成员找到',
        shared: '其他成员也找到',
    },
);

const bins = 40;

/** How close the closest features of other members are. */
export function Histogram({ found, threshold }: { found: Found[]; threshold: number }) {
    const text = useWords(words);
    const option = useCallback(
        (theme: Theme) => {
            const low = Math.min(0, ...found.map(one => Math.floor(one.closest * 10) / 10));
            const width = (1 - low) / bins;
            const counts = (of: Found[]) => {
                const binned = new Array<number>(bins).fill(0);
                for (const one of of) binned[Math.min(bins - 1, Math.floor((one.closest - low) / width))]!++;
                return binned;
            };
            const series = [
                { name: text.alone, data: counts(found.filter(one => one.closest < threshold)), itemStyle: { color: palette[1] } },
                { name: text.shared, data: counts(found.filter(one => one.closest >= threshold)), itemStyle: { color: palette[0] } },
            ];
            return {
                grid: { left: 56, right: 16, top: 34, bottom: 44 },
                legend: { top: 0, textStyle: { color: ink(theme).text } },
                tooltip: { trigger: 'axis' },
                xAxis: axis(theme, text.cosine, {
                    type: 'category',
                    nameGap: 26,
                    data: Array.from({ length: bins }, (_, bin) => (low + bin * width).toFixed(2)),
                }),
                yAxis: axis(theme, text.features, { nameGap: 40, minInterval: 1 }),
                series: series.map(one => ({ type: 'bar', stack: 'all', barCategoryGap: 1, ...one })),
            };
        },
        [found, threshold, text],
    );
    return <Chart label={text.label} option={option} height={220} />;
}
