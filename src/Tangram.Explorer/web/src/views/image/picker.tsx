import { useMemo, useState } from 'preact/hooks';
import { featurePicture, type FeatureRow } from '../../api';
import { useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Add a feature',
        search: 'Number or name',
        none: 'No such feature.',
        add: (feature: number) => `Add feature ${feature}`,
        used: (share: string) => `${share} of images`,
    },
    {
        title: '添加特征',
        search: '编号或名称',
        none: '没有这样的特征。',
        add: (feature: number) => `添加特征 ${feature}`,
        used: (share: string) => `${share} 的图像`,
    },
);

const offered = 24;

interface PickerProps {
    features: readonly FeatureRow[];
    /** Features that are in the code already. */
    taken: ReadonlySet<number>;
    onPick: (feature: number) => void;
}

/** Finds a feature by its number or name, the most used first. */
export function Picker({ features, taken, onPick }: PickerProps) {
    const text = useWords(words);
    const { percent } = useNumbers();
    const run = useRun();
    const member = useMember();
    const [sought, setSought] = useState('');
    const [open, setOpen] = useState(false);
    const found = useMemo(
        () =>
            find(features, sought.trim().toLowerCase())
                .filter(one => !taken.has(one.feature))
                .slice(0, offered),
        [features, sought, taken, open],
    );
    return (
        <details class="picker" onToggle={event => setOpen(event.currentTarget.open)}>
            <summary>{text.title}</summary>
            {open && (
                <>
                    <div class="controls">
                        <label>
                            {text.search}
                            <input type="text" value={sought} onInput={event => setSought(event.currentTarget.value)} />
                        </label>
                    </div>
                    {found.length === 0 && <p role="status">{text.none}</p>}
                    <div class="tiles">
                        {found.map(one => (
                            <button
                                type="button"
                                key={one.feature}
                                class="tile"
                                style={{ '--tile': '64px' }}
                                title={one.name ? `${text.add(one.feature)}: ${one.name}` : text.add(one.feature)}
                                aria-label={text.add(one.feature)}
                                onClick={() => onPick(one.feature)}
                            >
                                <img src={featurePicture(run, member, one.feature)} alt="" width="56" height="56" loading="lazy" />
                                <span class="caption">{one.name ?? one.feature}</span>
                                <span class="value">{percent(one.frequency, 2)}</span>
                            </button>
                        ))}
                    </div>
                </>
            )}
        </details>
    );
}

/** Those whose number begins so or whose name has it, an exact number first, then the most used. */
function find(features: readonly FeatureRow[], sought: string): FeatureRow[] {
    const matches = features.filter(one => String(one.feature).startsWith(sought) || one.name?.toLowerCase().includes(sought));
    return matches.sort((a, b) => Number(String(b.feature) === sought) - Number(String(a.feature) === sought) || b.frequency - a.frequency);
}
