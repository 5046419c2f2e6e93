import { define, useWords } from '../../words';
import { rangeOf, rangeText, type Range, type Selection } from './selection';

const words = define(
    { frequency: 'Frequency, %', activation: 'Mean activation', selectivity: 'Selectivity', from: 'from', to: 'to' },
    { frequency: '频率（%）', activation: '平均激活', selectivity: '选择性', from: '从', to: '到' },
);

const fields = [
    { key: 'frequency', factor: 100 },
    { key: 'activation', factor: 1 },
    { key: 'selectivity', factor: 1 },
] as const;

/** The ranges in numbers: what the brush does, by keyboard. */
export function Ranges(props: { selection: Selection; hasClasses: boolean; onChange: (change: Partial<Selection>) => void }) {
    const text = useWords(words);
    return (
        <div class="ranges">
            {fields
                .filter(({ key }) => key !== 'selectivity' || props.hasClasses)
                .map(({ key, factor }) => {
                    const range = rangeOf(props.selection[key]);
                    const field = (end: 0 | 1, label: string) => (
                        <label>
                            <span class="visually-hidden">{`${text[key]} ${label}`}</span>
                            <input
                                type="number"
                                step="any"
                                name={`${key}-${end === 0 ? 'from' : 'to'}`}
                                placeholder={label}
                                value={range[end] === undefined ? '' : Number((range[end] * factor).toPrecision(6))}
                                onChange={event => {
                                    const value = event.currentTarget.value;
                                    const changed = value === '' ? undefined : Number((Number(value) / factor).toPrecision(6));
                                    const now: Range = end === 0 ? [changed, range[1]] : [range[0], changed];
                                    props.onChange({ [key]: rangeText(now) });
                                }}
                            />
                        </label>
                    );
                    return (
                        <fieldset key={key}>
                            <legend>{text[key]}</legend>
                            {field(0, text.from)}
                            <span aria-hidden="true">–</span>
                            {field(1, text.to)}
                        </fieldset>
                    );
                })}
        </div>
    );
}
