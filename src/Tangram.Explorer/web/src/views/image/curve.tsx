import { useMemo } from 'preact/hooks';
import type { Answers } from '../../api';
import { axis, Chart, ink, palette } from '../../components/chart';
import type { Theme } from '../../theme';
import { useSettings } from '../../run';
import { define, useWords } from '../../words';

const words = define(
    { measure: 'Measure', mse: 'MSE', pearson: 'Pearson', features: 'number of features', label: 'The measure over the number of features' },
    { measure: '指标', mse: '均方误差', pearson: '皮尔逊相关', features: '特征数', label: '指标随特征数的变化' },
);

/** How good the reconstruction from the first n features is, over n; and where one is. */
export function Curve({ comparison, first }: { comparison: Answers['ComparisonAnswer']; first: number }) {
    const text = useWords(words);
    const [{ curve }, change] = useSettings({ curve: 'mse' });
    const isMse = curve !== 'pearson';
    const values = isMse ? comparison.mseByCount : comparison.pearsonByCount;
    const option = useMemo(
        () => (theme: Theme) => ({
            grid: { left: 62, right: 14, top: 10, bottom: 40 },
            tooltip: { trigger: 'axis' },
            xAxis: axis(theme, text.features, { nameGap: 26, min: 0, max: values.length - 1, minInterval: 1 }),
            yAxis: axis(theme, isMse ? text.mse : text.pearson, { nameGap: 46, splitNumber: 3 }),
            series: [
                { type: 'line', name: isMse ? text.mse : text.pearson, showSymbol: false, data: values.map((value, n) => [n, value]) },
                {
                    type: 'scatter',
                    symbolSize: 11,
                    itemStyle: { color: palette[1], borderColor: ink(theme).ground },
                    tooltip: { show: false },
                    data: [[first, values[first]]],
                },
            ],
        }),
        [comparison, first, isMse, text],
    );
    return (
        <div class="editor-curve">
            <label>
                <span class="visually-hidden">{text.measure}</span>
                <select value={isMse ? 'mse' : 'pearson'} onChange={event => change({ curve: event.currentTarget.value })}>
                    <option value="mse">{text.mse}</option>
                    <option value="pearson">{text.pearson}</option>
                </select>
            </label>
            <Chart label={text.label} option={option} height={170} />
        </div>
    );
}
