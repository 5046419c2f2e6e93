import { useCallback } from 'preact/hooks';
import type { Answers } from '../../api';
import { axis, Chart, ink, palette } from '../../components/chart';
import { Section } from '../../components/page';
import type { Theme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'How strongly images activate it',
        note: 'Counts are on a log scale, so that rare strong activations show.',
        activation: 'activation',
        images: 'images (log scale)',
        label: 'Histogram of activations',
        count: (images: string) => `${images} images`,
    },
    {
        title: '图像激活它的强度',
        note: '计数采用对数刻度，以便看到罕见的强激活。',
        activation: '激活',
        images: '图像数（对数刻度）',
        label: '激活直方图',
        count: (images: string) => `${images} 张图像`,
    },
);

export function Histogram({ histogram }: { histogram: Answers['HistogramAnswer'] }) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const { smallest, largest, counts } = histogram;
    const option = useCallback(
        (theme: Theme) => {
            const width = (largest - smallest) / counts.length;
            const start = (bin: number) => number(smallest + bin * width);
            return {
                grid: { left: 64, right: 16, top: 12, bottom: 44 },
                xAxis: axis(theme, text.activation, {
                    type: 'category',
                    data: counts.map((_, bin) => start(bin)),
                    nameGap: 28,
                    axisLabel: { color: ink(theme).text, hideOverlap: true },
                }),
                yAxis: axis(theme, text.images, {
                    type: 'log',
                    min: 0.5,
                    startValue: 0.5, // bars would start at 1, and a single image not be seen
                    nameGap: 46,
                    axisLabel: { color: ink(theme).text, formatter: (value: number) => (value < 1 ? '' : count(value)) },
                }),
                series: [{ type: 'bar', data: counts.map(value => (value === 0 ? null : value)), barCategoryGap: '8%', color: palette[0] }],
                tooltip: {
                    trigger: 'axis',
                    formatter: ([bar]: { dataIndex: number }[]) =>
                        `${start(bar!.dataIndex)} … ${start(bar!.dataIndex + 1)}\n${text.count(count(counts[bar!.dataIndex]!))}`,
                },
            };
        },
        [histogram, text],
    );
    return (
        <Section title={text.title} note={text.note}>
            <Chart label={text.label} option={option} height={220} />
        </Section>
    );
}
