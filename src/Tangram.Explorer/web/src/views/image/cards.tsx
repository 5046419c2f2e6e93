import type { FeatureRow } from '../../api';
import { FeatureTile } from '../../components/tile';
import { define, useNumbers, useWords } from '../../words';
import { added, withActivation, withSwitch, without, type ActiveFeature, type Edit } from './edit';

const words = define(
    {
        activation: (feature: number) => `Activation of feature ${feature}`,
        on: (feature: number) => `Feature ${feature} on`,
        onShort: 'on',
        remove: (feature: number) => `Remove feature ${feature}`,
        restore: (feature: number) => `Restore feature ${feature}`,
        list: 'Features of the code',
    },
    {
        activation: (feature: number) => `特征 ${feature} 的激活`,
        on: (feature: number) => `启用特征 ${feature}`,
        onShort: '启用',
        remove: (feature: number) => `移除特征 ${feature}`,
        restore: (feature: number) => `恢复特征 ${feature}`,
        list: '编码中的特征',
    },
);

interface CardsProps {
    /** The image's own code, in order of contribution. */
    code: readonly ActiveFeature[];
    edit: Edit;
    onChange: (edit: Edit) => void;
    /** What is known of features; may come later than the code. */
    rows: ReadonlyMap<number, FeatureRow>;
    byNumber: boolean;
}

/** The features of a code as bars with their pictures, each with a slider and a switch; added ones first. Their order doesn't follow the edit, so that nothing moves under a hand. */
export function Cards({ code, edit, onChange, rows, byNumber }: CardsProps) {
    const text = useWords(words);
    const own = byNumber ? [...code].sort((a, b) => a.feature - b.feature) : code;
    const largest = Math.max(...code.map(one => Math.abs(one.activation)), ...[...edit.activations.values()].map(Math.abs), 1e-30);
    return (
        <ul class="cards" aria-label={text.list}>
            {added(edit, code).map(feature => (
                <Card
                    key={feature}
                    feature={feature}
                    usual={rows.get(feature)?.meanActivation || edit.activations.get(feature) || 1}
                    isAdded
                    {...{ edit, onChange, largest }}
                    name={rows.get(feature)?.name}
                />
            ))}
            {own.map(one => (
                <Card
                    key={one.feature}
                    feature={one.feature}
                    usual={one.activation}
                    name={one.name}
                    isAdded={false}
                    {...{ edit, onChange, largest }}
                />
            ))}
        </ul>
    );
}

interface CardProps {
    feature: number;
    /** The activation that the slider's range is made of. */
    usual: number;
    name: string | null | undefined;
    isAdded: boolean;
    edit: Edit;
    onChange: (edit: Edit) => void;
    largest: number;
}

function Card({ feature, usual, name, isAdded, edit, onChange, largest }: CardProps) {
    const text = useWords(words);
    const { number } = useNumbers();
    const isOn = !edit.off.has(feature);
    const changed = edit.activations.has(feature) || !isOn;
    const activation = edit.activations.get(feature) ?? usual;
    const range = 2 * Math.abs(usual);
    const share = isOn ? Math.min(1, Math.abs(activation) / largest) : 0;
    return (
        <li class={`card${isOn ? '' : ' is-off'}${changed ? ' is-changed' : ''}`}>
            <FeatureTile feature={feature} size={48} caption={feature} {...(name ? { name } : {})} />
            <div class="card-controls">
                <span class="card-bar" aria-hidden="true">
                    <span
                        class={activation < 0 ? 'is-negative' : 'is-positive'}
                        style={{ width: `${share * 50}%`, left: activation < 0 ? `${50 - share * 50}%` : '50%' }}
                    />
                </span>
                <input
                    type="range"
                    aria-label={text.activation(feature)}
                    aria-valuetext={number(activation)}
                    min={-range}
                    max={range}
                    step={range / 200}
                    value={activation}
                    onInput={event => onChange(withActivation(edit, feature, event.currentTarget.valueAsNumber))}
                />
                <span class="card-line">
                    <label>
                        <input
                            type="checkbox"
                            checked={isOn}
                            aria-label={text.on(feature)}
                            onChange={event => onChange(withSwitch(edit, feature, event.currentTarget.checked))}
                        />
                        <span aria-hidden="true">{text.onShort}</span>
                    </label>
                    <span class="card-number">{number(isOn ? activation : 0)}</span>
                    <button
                        type="button"
                        class="card-button"
                        disabled={!changed}
                        title={isAdded ? text.remove(feature) : text.restore(feature)}
                        onClick={() => onChange(without(edit, feature))}
                    >
                        <span aria-hidden="true">{isAdded ? '×' : '↺'}</span>
                        <span class="visually-hidden">{isAdded ? text.remove(feature) : text.restore(feature)}</span>
                    </button>
                </span>
            </div>
        </li>
    );
}
