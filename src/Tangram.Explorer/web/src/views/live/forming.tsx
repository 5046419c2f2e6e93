import { Section } from '../../components/page';
import type { LiveFeatures } from '../../live';
import { useSettings } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Features forming',
        note: 'Features of the first member as they are now, redrawn about every second. ↻ and a step: the feature was re-initialised then. Dimmed, with ∅: it was not active for as many steps as an epoch has.',
        from: 'First feature (empty: some of all)',
        at: (step: string) => `at step ${step}`,
        waiting: 'They appear with the first step.',
        feature: (number: number) => `feature ${number}`,
        born: (step: string) => `re-initialised at step ${step}`,
        silent: 'inactive',
    },
    {
        title: '特征的形成',
        note: '第一个成员的特征现在的样子，大约每秒重绘一次。↻ 和步数：该特征在那一步被重新初始化。变暗并标 ∅：在一轮的步数内没有激活。',
        from: '第一个特征（空：均匀选取）',
        at: (step: string) => `第 ${step} 步`,
        waiting: '第一步之后出现。',
        feature: (number: number) => `特征 ${number}`,
        born: (step: string) => `在第 ${step} 步重新初始化`,
        silent: '未激活',
    },
);

/** A grid of features that is redrawn as they change. */
export function Forming({ features, total, epochSteps }: { features: LiveFeatures | null; total: number; epochSteps: number }) {
    const text = useWords(words);
    const { count } = useNumbers();
    const [{ from }, change] = useSettings({ from: '' });
    const choose = (value: string) => {
        if (value === '' || (Number.isInteger(Number(value)) && Number(value) >= 0 && Number(value) < total)) change({ from: value });
    };
    return (
        <Section title={text.title} note={text.note}>
            <div class="controls">
                <label>
                    {text.from}
                    <input type="number" min="0" max={total - 1} value={from} onInput={event => choose(event.currentTarget.value)} />
                </label>
                <span class="note">{features ? text.at(count(features.step)) : text.waiting}</span>
            </div>
            <ul class="forming">
                {features?.features.map(one => {
                    const isSilent = epochSteps > 0 && one.silent >= epochSteps;
                    const said = [text.feature(one.feature), one.born === null ? '' : text.born(count(one.born)), isSilent ? text.silent : '']
                        .filter(Boolean)
                        .join(', ');
                    return (
                        <li key={one.feature} class={isSilent ? 'silent' : undefined} title={said}>
                            {/* A new key makes the picture flash again. */}
                            <img key={one.born} class={one.born === null ? undefined : 'born'} src={one.picture} alt={said} width="56" height="56" />
                            <span class="caption" aria-hidden="true">
                                {one.feature}
                                {isSilent && ' ∅'}
                            </span>
                            {one.born !== null && (
                                <span class="value" aria-hidden="true">
                                    ↻{count(one.born)}
                                </span>
                            )}
                        </li>
                    );
                })}
            </ul>
        </Section>
    );
}
