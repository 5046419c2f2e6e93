import { useCallback } from 'preact/hooks';
import { axis, Chart, ink, palette } from '../../components/chart';
import { Section } from '../../components/page';
import type { LiveEvaluation, LivePoint } from '../../live';
import type { Theme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Curves',
        note: 'Lines are of the batches that are learned from; points are evaluations at the end of an epoch.',
        step: 'step',
        losses: 'Losses',
        lossAxis: 'mean squared (log)',
        loss: 'loss L',
        reconstruction: 'reconstruction',
        consistency: 'consistency',
        train: 'training images',
        heldOut: 'held-out images',
        pearson: 'Pearson correlation',
        batch: 'batch',
        dead: 'Features',
        deadAxis: 'features',
        deadOf: 'dead features (mean over members)',
        deadLine: 'dead over the last epoch’s steps (mean over members)',
        reinitialised: 're-initialised',
        rate: 'Learning rate',
        evaluations: 'Evaluations',
        epoch: 'epoch',
        mse: 'MSE',
    },
    {
        title: '曲线',
        note: '线表示正在学习的批次；点表示每轮结束时的评估。',
        step: '步',
        losses: '损失',
        lossAxis: '均方（对数）',
        loss: '损失 L',
        reconstruction: '重建',
        consistency: '一致性',
        train: '训练图像',
        heldOut: '留出图像',
        pearson: '皮尔逊相关系数',
        batch: '批次',
        dead: '特征',
        deadAxis: '特征数',
        deadOf: '失活特征（成员平均）',
        deadLine: '失活（最近一轮的步数内，成员平均）',
        reinitialised: '重新初始化',
        rate: '学习率',
        evaluations: '评估',
        epoch: '轮',
        mse: '均方误差',
    },
);

type Pair = [number, number | null];
interface Series {
    name: string;
    data: Pair[];
    type: 'line' | 'scatter' | 'bar';
    dash?: 'dashed' | 'dotted';
    symbol?: 'circle' | 'diamond';
}

/** A chart over the steps. */
function Steps({ label, name, series, more = {} }: { label: string; name: string; series: Series[]; more?: Record<string, unknown> }) {
    const text = useWords(words);
    const option = useCallback(
        (theme: Theme) => ({
            grid: { left: 64, right: 16, top: 36, bottom: 44 },
            legend: { top: 0, left: 0, type: 'scroll', textStyle: { color: ink(theme).text }, data: series.map(({ name }) => name) },
            tooltip: { trigger: 'axis' },
            xAxis: axis(theme, text.step, { nameGap: 26, min: 0, max: 'dataMax' }),
            yAxis: axis(theme, name, { nameGap: 46, ...more }),
            series: series.map((one, index) => ({
                type: one.type,
                name: one.name,
                data: one.data,
                color: palette[index],
                showSymbol: false,
                connectNulls: true,
                barWidth: 3,
                lineStyle: { width: 2, type: one.dash ?? 'solid' },
                symbol: one.symbol ?? 'none',
                symbolSize: 9,
            })),
        }),
        [series, name, text],
    );
    return (
        <section>
            <h3>{label}</h3>
            <Chart label={label} option={option} height={230} />
        </section>
    );
}

const positive = (value: number | null) => (value !== null && value > 0 ? value : null);

/** Losses, correlation, features and, where it changes, the learning rate over the steps. */
export function Curves({ points, evaluations, isImage }: { points: LivePoint[]; evaluations: LiveEvaluation[]; isImage: boolean }) {
    const text = useWords(words, isImage);
    const line = (name: string, of: (point: LivePoint) => number | null, dash?: Series['dash']): Series => ({
        type: 'line',
        name,
        data: points.map(point => [point.step, of(point)]),
        ...(dash && { dash }),
    });
    const dots = (name: string, of: (row: LiveEvaluation) => number | null, symbol: Series['symbol']): Series => ({
        type: 'scatter',
        name,
        data: evaluations.map(row => [row.step, of(row)]),
        ...(symbol && { symbol }),
    });
    const bars: Series = { type: 'bar', name: text.reinitialised, data: points.map(point => [point.step, point.reinitialised || null]) };
    const hasConsistency = points.some(point => point.consistency > 0);
    const losses = [
        line(text.loss, point => positive(point.loss)),
        line(text.reconstruction, point => positive(point.reconstruction), 'dashed'),
        ...(hasConsistency ? [line(text.consistency, point => positive(point.consistency), 'dotted')] : []),
        dots(text.train, row => positive(row.trainMse), 'circle'),
        dots(text.heldOut, row => positive(row.heldOutMse), 'diamond'),
    ];
    const pearson = [
        line(text.batch, point => point.pearson),
        dots(text.train, row => row.trainPearson, 'circle'),
        dots(text.heldOut, row => row.heldOutPearson, 'diamond'),
    ];
    const rateChanges = points.some(point => point.learningRate !== points[0]!.learningRate);
    return (
        <Section title={text.title} note={text.note}>
            <div class="columns">
                <Steps label={text.losses} name={text.lossAxis} series={losses} more={{ type: 'log' }} />
                <Steps label={text.pearson} name={text.pearson} series={pearson} more={{ scale: true }} />
                <Steps label={text.dead} name={text.deadAxis} series={[line(text.deadLine, point => point.dead), bars]} />
                {rateChanges && <Steps label={text.rate} name={text.rate} series={[line(text.rate, point => point.learningRate)]} />}
            </div>
            {evaluations.length > 0 && <Evaluations rows={evaluations} isImage={isImage} />}
        </Section>
    );
}

function Evaluations({ rows, isImage }: { rows: LiveEvaluation[]; isImage: boolean }) {
    const text = useWords(words, isImage);
    const { count, number } = useNumbers();
    return (
        <div class="scrolled" role="region" aria-label={text.evaluations} tabIndex={0}>
            <table>
                <caption>{text.evaluations}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text.epoch}</th>
                        <th scope="col" class="number">{`${text.mse}, ${text.train}`}</th>
                        <th scope="col" class="number">{`${text.mse}, ${text.heldOut}`}</th>
                        <th scope="col" class="number">{`${text.pearson}, ${text.heldOut}`}</th>
                        <th scope="col" class="number">{`${text.deadOf}, ${text.heldOut}`}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.slice(-12).map(row => (
                        <tr key={row.epoch}>
                            <th scope="row">{count(row.epoch)}</th>
                            <td class="number">{number(row.trainMse)}</td>
                            <td class="number">{number(row.heldOutMse)}</td>
                            <td class="number">{number(row.heldOutPearson, 4)}</td>
                            <td class="number">{number(row.dead)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
