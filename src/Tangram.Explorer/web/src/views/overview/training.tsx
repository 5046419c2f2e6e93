import type { Overview } from '../overview';
import { Section } from '../../components/page';
import { define, useNumbers, useWords } from '../../words';
import { Curves } from './curves';

const words = define(
    {
        title: 'Training',
        note: (set: string, images: string) =>
            `Dead: at the end of an epoch, no image of ${set} (${images}) activates the feature; means over the members, as all other figures here.`,
        none: 'There are no curves yet: they are written when the training is finished.',
        table: 'The curves as a table',
        epoch: 'Epoch',
        loss: 'Loss',
        reconstruction: 'Reconstruction',
        consistency: 'Consistency',
        trainMse: 'MSE, training',
        testMse: 'MSE, test',
        trainPearson: 'Pearson, training',
        testPearson: 'Pearson, test',
        deadFeatures: 'Dead features',
        reinitialised: 'Re-initialised',
    },
    {
        title: '训练过程',
        note: (set, images) => `失活：一轮结束时，${set}（${images}）中没有图像激活该特征；与此处其他数值一样，取各成员的平均。`,
        none: '还没有曲线：训练完成后才会写入。',
        table: '以表格查看曲线',
        epoch: '轮次',
        loss: '损失',
        reconstruction: '重建',
        consistency: '一致性',
        trainMse: 'MSE（训练）',
        testMse: 'MSE（测试）',
        trainPearson: 'Pearson（训练）',
        testPearson: 'Pearson（测试）',
        deadFeatures: '失活特征',
        reinitialised: '重新初始化',
    },
);

const columns = [
    'loss',
    'reconstruction',
    'consistency',
    'trainMse',
    'testMse',
    'trainPearson',
    'testPearson',
    'deadFeatures',
    'reinitialised',
] as const;

/** How the training went. */
export function Training({ overview: { training, history } }: { overview: Overview }) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    if (!training) return null;
    if (history.length === 0)
        return (
            <Section title={text.title}>
                <p>{text.none}</p>
            </Section>
        );
    return (
        <Section title={text.title} note={text.note(training.test, count(training.testImages))}>
            <div class="curves">
                <Curves history={history} hasConsistency={training.consistency > 0} />
            </div>
            <details>
                <summary>{text.table}</summary>
                <div class="scroll" tabIndex={0} role="region" aria-label={text.table}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{text.epoch}</th>
                                {columns.map(column => (
                                    <th key={column} scope="col" class="number">
                                        {text[column]}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {history.map((row, index) => (
                                <tr key={index}>
                                    <th scope="row">{row.epoch}</th>
                                    {columns.map(column => (
                                        <td key={column} class="number">
                                            {number(row[column], 4)}
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </details>
        </Section>
    );
}
