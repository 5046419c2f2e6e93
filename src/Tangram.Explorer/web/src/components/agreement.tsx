import type { Answers } from '../api';
import { define, useNumbers, useWords } from '../words';

type Consistency = Answers['ConsistencyAnswer'];

const words = define(
    {
        measure: 'Between two members',
        trained: 'trained',
        start: 'step 0',
        correlation: 'Correlation of a feature’s activations over images',
        inCommon: 'Features of a code active in both, by number',
        byChance: 'the same by chance, of features as frequent',
        matched: '|cosine| of features matched one to one (PW-MCC)',
        ownNumber: 'of these, matched to their own number',
        own: 'Cosine of features of the same number',
        codeMse: 'MSE between their codes',
        alive: 'Features alive in both, of the held-out images',
    },
    {
        measure: '两个成员之间',
        trained: '训练后',
        start: '第 0 步',
        correlation: '同一特征的激活值在各图像上的相关系数',
        inCommon: '编码中两者共同激活的特征（按编号）',
        byChance: '同样频率的特征偶然所得',
        matched: '一一匹配的特征的 |余弦|（PW-MCC）',
        ownNumber: '其中匹配到自身编号的比例',
        own: '同编号特征的余弦',
        codeMse: '编码的均方差',
        alive: '在两者中都未失活的特征数（留出图像）',
    },
);

/** How alike the members are, beside how alike they started: a cosine of codes would mostly compare their means. */
export function Agreement({ trained, start }: { trained: Consistency; start: Consistency | null }) {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const whole = (value: number | null) => (value === null ? '–' : count(Math.round(value)));
    const rows: [string, (of: Consistency) => string][] = [
        [text.correlation, of => number(of.activationCorrelation)],
        [text.inCommon, of => percent(of.activeInCommon)],
        [text.byChance, of => percent(of.activeInCommonByChance)],
        [text.matched, of => number(of.pwMcc)],
        [text.ownNumber, of => percent(of.matchedToOwnNumber)],
        [text.own, of => number(of.ownCosine)],
        [text.codeMse, of => number(of.codeMse)],
        [text.alive, of => whole(of.alive)],
    ];
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{text.measure}</th>
                    <th scope="col" class="number">
                        {text.trained}
                    </th>
                    <th scope="col" class="number">
                        {text.start}
                    </th>
                </tr>
            </thead>
            <tbody>
                {rows.map(([name, value]) => (
                    <tr key={name}>
                        <th scope="row">{name}</th>
                        <td class="number">{value(trained)}</td>
                        <td class="number">{start ? value(start) : '–'}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
