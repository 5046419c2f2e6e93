import { useCallback } from 'preact/hooks';
import type { Overview } from '../overview';
import { axis, Chart, ink } from '../../components/chart';
import type { Theme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

type Row = Overview['history'][number];

const words = define(
    {
        epoch: 'epoch',
        loss: 'loss',
        reconstruction: 'reconstruction',
        consistency: 'consistency',
        mse: 'mean squared error',
        pearson: 'mean Pearson',
        train: 'training images',
        test: 'test images',
        features: 'features',
        dead: 'dead, of the test images',
        reinitialised: 're-initialised',
    },
    {
        epoch: '轮次',
        loss: '损失',
        reconstruction: '重建',
        consistency: '一致性',
        mse: '均方误差',
        pearson: '平均 Pearson',
        train: '训练图像',
        test: '测试图像',
        features: '特征数',
        dead: '失活（测试图像）',
        reinitialised: '重新初始化',
    },
);

/** Training curves, one chart for what has one unit. */
export function Curves({ history, hasConsistency }: { history: Row[]; hasConsistency: boolean }) {
    const text = useWords(words);
    const losses: [string, keyof Row][] = [
        [text.loss, 'loss'],
        [text.reconstruction, 'reconstruction'],
    ];
    if (hasConsistency) losses.push([text.consistency, 'consistency']);
    return (
        <div class="columns">
            <Curve history={history} name={text.loss} series={losses} />
            <Curve
                history={history}
                name={text.mse}
                series={[
                    [text.train, 'trainMse'],
                    [text.test, 'testMse'],
                ]}
            />
            <Curve
                history={history}
                name={text.pearson}
                series={[
                    [text.train, 'trainPearson'],
                    [text.test, 'testPearson'],
                ]}
            />
            <Curve
                history={history}
                name={text.features}
                series={[
                    [text.dead, 'deadFeatures'],
                    [text.reinitialised, 'reinitialised'],
                ]}
            />
        </div>
    );
}

const symbols = ['circle', 'rect', 'triangle'];

function Curve({ history, name, series }: { history: Row[]; name: string; series: [string, keyof Row][] }) {
    const text = useWords(words);
    const { number } = useNumbers();
    const option = useCallback(
        (theme: Theme) => ({
            grid: { left: 64, right: 16, top: 34, bottom: 44 },
            legend: { top: 0, textStyle: { color: ink(theme).text } },
            tooltip: { trigger: 'axis', valueFormatter: (value: number) => number(value, 4) },
            xAxis: axis(theme, text.epoch, { nameGap: 26, minInterval: 1, min: 'dataMin', max: 'dataMax' }),
            yAxis: axis(theme, name, { nameGap: 48, scale: true }),
            series: series.map(([label, key], place) => ({
                type: 'line',
                name: label,
                symbol: symbols[place],
                symbolSize: 7,
                data: history.map(row => [row.epoch, row[key]]),
            })),
        }),
        [history, name],
    );
    return <Chart label={`${name}: ${series.map(([label]) => label).join(', ')}`} option={option} height={240} />;
}
