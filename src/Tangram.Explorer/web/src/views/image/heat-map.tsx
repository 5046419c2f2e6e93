import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FeatureRow } from '../../api';
import { ink } from '../../components/chart';
import { heat } from '../../components/heat';
import { FeatureTile } from '../../components/tile';
import { useTheme, type Theme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        label: (features: string, active: string) => `Heat map of ${features} features, ${active} of them active; move with the arrow keys`,
        feature: (feature: number) => `Feature ${feature}`,
        inactive: 'not active',
        add: 'Add to the code',
        remove: 'Take out of the code',
    },
    {
        label: (features: string, active: string) => `${features} 个特征的热图，其中 ${active} 个激活；用方向键移动`,
        feature: (feature: number) => `特征 ${feature}`,
        inactive: '未激活',
        add: '加入编码',
        remove: '移出编码',
    },
);

interface HeatMapProps {
    features: number;
    code: { features: readonly number[]; activations: readonly number[] };
    rows: ReadonlyMap<number, FeatureRow>;
    onAdd: (feature: number) => void;
    onRemove: (feature: number) => void;
}

/** Height that the map has about, whatever the number of features. */
const usualHeight = 240;

/** All features as cells; the pointer shows one, a click or the arrow keys choose one. */
export function HeatMap({ features, code, rows, onAdd, onRemove }: HeatMapProps) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const box = useRef<HTMLDivElement>(null);
    const canvas = useRef<HTMLCanvasElement>(null);
    const [width, setWidth] = useState(0);
    const [theme] = useTheme();
    const [chosen, setChosen] = useState(code.features[0] ?? 0);
    const [pointed, setPointed] = useState<number>();
    const cell = Math.max(5, Math.min(24, Math.floor(Math.sqrt((width * usualHeight) / features))));
    const columns = Math.max(1, Math.min(features, Math.floor(width / cell)));
    const lines = Math.ceil(features / columns);
    const active = useMemo(() => new Map(code.features.map((feature, slot) => [feature, code.activations[slot]!])), [code]);

    useLayoutEffect(() => {
        setWidth(box.current!.clientWidth); // at once: of no width, the map would be as long as the features are many
        const sized = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
        sized.observe(box.current!);
        return () => sized.disconnect();
    }, []);
    useEffect(() => {
        if (width > 0) draw(canvas.current!, features, columns, cell, active, chosen, theme);
    }, [features, columns, cell, active, chosen, width, theme]);

    const at = (event: MouseEvent): number | undefined => {
        const feature = Math.floor(event.offsetY / cell) * columns + Math.floor(event.offsetX / cell);
        return event.offsetX < columns * cell && feature >= 0 && feature < features ? feature : undefined;
    };
    const move = (event: KeyboardEvent) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -chosen, End: features - 1 - chosen }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        if (chosen + step >= 0 && chosen + step < features) setChosen(chosen + step);
    };
    const shown = pointed ?? chosen;
    const activation = active.get(shown);
    const name = rows.get(shown)?.name;
    return (
        <div ref={box} class="heat-map">
            <canvas
                ref={canvas}
                width={columns * cell}
                height={lines * cell}
                tabIndex={0}
                role="application"
                aria-label={text.label(count(features), count(active.size))}
                aria-describedby="heat-map-cell"
                onPointerMove={event => setPointed(at(event))}
                onPointerLeave={() => setPointed(undefined)}
                onClick={event => setChosen(at(event) ?? chosen)}
                onKeyDown={move}
            />
            <div class="heat-map-cell">
                <FeatureTile feature={shown} size={48} caption="" />
                <p id="heat-map-cell" aria-live="polite">
                    <strong>{text.feature(shown)}</strong>
                    {name && ` ${name}`}: {activation === undefined ? text.inactive : number(activation)}
                </p>
                {active.has(chosen) ? (
                    <button type="button" onClick={() => onRemove(chosen)}>
                        {text.remove} ({chosen})
                    </button>
                ) : (
                    <button type="button" onClick={() => onAdd(chosen)}>
                        {text.add} ({chosen})
                    </button>
                )}
            </div>
        </div>
    );
}

function draw(
    canvas: HTMLCanvasElement,
    features: number,
    columns: number,
    cell: number,
    active: ReadonlyMap<number, number>,
    chosen: number,
    theme: Theme,
) {
    const context = canvas.getContext('2d')!;
    const largest = Math.max(...[...active.values()].map(Math.abs), 1e-30);
    const place = (feature: number) => [(feature % columns) * cell, Math.floor(feature / columns) * cell] as const;
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let feature = 0; feature < features; feature++) {
        const [x, y] = place(feature);
        const activation = active.get(feature) ?? 0;
        // The root keeps weak activations visible, as in pictures of features.
        const strength = activation === 0 ? 0 : Math.max(0.25, Math.sqrt(Math.abs(activation) / largest));
        context.fillStyle = heat(theme, Math.sign(activation) * strength).background;
        context.fillRect(x, y, cell - 1, cell - 1);
    }
    const [x, y] = place(chosen);
    context.strokeStyle = ink(theme).text;
    context.lineWidth = 2;
    context.strokeRect(x, y, cell - 1, cell - 1);
}
