import { define, useWords } from '../../words';

const words = define(
    {
        tools: 'Tools',
        draw: 'Draw',
        erase: 'Erase',
        brush: 'Brush',
        undo: 'Undo',
        clear: 'Clear',
        invert: 'Invert',
        colour: 'Colour',
        other: 'Other colour',
        names: ['black', 'grey', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'brown'],
    },
    {
        tools: '工具',
        draw: '绘制',
        erase: '擦除',
        brush: '笔刷',
        undo: '撤销',
        clear: '清空',
        invert: '反色',
        colour: '颜色',
        other: '其他颜色',
        names: ['黑', '灰', '红', '橙', '黄', '绿', '蓝', '紫', '棕'],
    },
);

const swatches = ['#222222', '#8a8a8a', '#d7263d', '#f08c28', '#ffcc33', '#3ca046', '#3273dc', '#8a4fbf', '#7a4a21'];

export interface Tool {
    erases: boolean;
    /** In pixels of the model's images. */
    brush: number;
    colour: string;
}

export const usualTool = (isGrey: boolean, side: number): Tool => ({
    erases: false,
    brush: Math.max(1, side / 12),
    colour: isGrey ? '#ffffff' : swatches[0]!,
});

interface ToolsProps {
    tool: Tool;
    isGrey: boolean;
    side: number;
    canUndo: boolean;
    onChange: (tool: Tool) => void;
    onUndo: () => void;
    onClear: () => void;
    onInvert: () => void;
}

export function Tools({ tool, isGrey, side, canUndo, onChange, onUndo, onClear, onInvert }: ToolsProps) {
    const text = useWords(words);
    const use = (colour: string) => onChange({ ...tool, colour, erases: false });
    return (
        <div class="tools" role="group" aria-label={text.tools}>
            <div class="controls">
                <button type="button" aria-pressed={!tool.erases} onClick={() => onChange({ ...tool, erases: false })}>
                    {text.draw}
                </button>
                <button type="button" aria-pressed={tool.erases} onClick={() => onChange({ ...tool, erases: true })}>
                    {text.erase}
                </button>
                <button type="button" disabled={!canUndo} onClick={onUndo}>
                    {text.undo}
                </button>
                <button type="button" onClick={onClear}>
                    {text.clear}
                </button>
                <button type="button" onClick={onInvert}>
                    {text.invert}
                </button>
            </div>
            <div class="controls">
                <label>
                    {text.brush}
                    <input
                        type="range"
                        min="0.5"
                        max={side / 4}
                        step="0.25"
                        value={tool.brush}
                        onInput={event => onChange({ ...tool, brush: event.currentTarget.valueAsNumber })}
                    />
                </label>
                {!isGrey && (
                    <div class="swatches" role="group" aria-label={text.colour}>
                        {swatches.map((colour, index) => (
                            <button
                                type="button"
                                key={colour}
                                class="swatch"
                                style={{ background: colour }}
                                aria-label={text.names[index]}
                                title={text.names[index]}
                                aria-pressed={!tool.erases && tool.colour === colour}
                                onClick={() => use(colour)}
                            />
                        ))}
                        <label>
                            {text.other}
                            <input type="color" value={tool.colour} onInput={event => use(event.currentTarget.value)} />
                        </label>
                    </div>
                )}
            </div>
        </div>
    );
}
