import { useState } from 'preact/hooks';
import type { Answers } from '../../api';
import { Section } from '../../components/page';
import { useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Classes that activate it',
        class: 'Class',
        share: 'Share of its images',
        mean: 'Mean activation',
        all: (count: string) => `Show all ${count} classes`,
    },
    {
        title: '激活它的类别',
        class: '类别',
        share: '该类图像的占比',
        mean: '平均激活',
        all: (count: string) => `显示全部 ${count} 个类别`,
    },
);

const first = 12;

/** The share of each class that activates a feature, the largest first. */
export function ClassShares({ classes }: { classes: Answers['ClassShareAnswer'][] }) {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const run = useRun();
    const [isAll, setAll] = useState(false);
    const sorted = classes.toSorted((a, b) => b.share - a.share || a.label - b.label);
    const shown = isAll ? sorted : sorted.slice(0, first);
    return (
        <Section title={text.title}>
            <table class="shares">
                <thead>
                    <tr>
                        <th scope="col">{text.class}</th>
                        <th scope="col" colSpan={2}>
                            {text.share}
                        </th>
                        <th scope="col" class="number">
                            {text.mean}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {shown.map(one => (
                        <tr key={one.label}>
                            <th scope="row">{run.classes[one.label]}</th>
                            <td class="bar" aria-hidden="true">
                                <div style={{ width: `${(100 * one.share) / Math.max(sorted[0]!.share, 1e-9)}%` }} />
                            </td>
                            <td class="number">{percent(one.share)}</td>
                            <td class="number">{one.share === 0 ? '–' : number(one.meanActivation)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {sorted.length > shown.length && (
                <button type="button" onClick={() => setAll(true)}>
                    {text.all(count(sorted.length))}
                </button>
            )}
        </Section>
    );
}
