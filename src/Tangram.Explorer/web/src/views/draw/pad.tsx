import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useRun } from '../../run';
import { define, useWords } from '../../words';
import { Drawing, type Point } from './drawing';

const words = define(
    {
        label: 'Drawing area',
        help: 'Draw with mouse, pen or finger. By keyboard: arrow keys move the cursor (with Shift by four pixels), the space bar puts the pen down and lifts it.',
        down: 'Pen down',
        up: 'Pen up',
    },
    {
        label: '绘图区',
        help: '用鼠标、笔或手指绘制。键盘：方向键移动光标（按住 Shift 每次四像素），空格键落笔或抬笔。',
        down: '落笔',
        up: '抬笔',
    },
);

interface PadProps {
    /** Width of a stroke in pixels of the model's images. */
    brush: number;
    colour: string;
    /** Called once, before anything is drawn. */
    onReady: (drawing: Drawing) => void;
    /** Called after every piece of a stroke. */
    onChange: () => void;
}

/** Where one draws. */
export function Pad({ brush, colour, onReady, onChange }: PadProps) {
    const text = useWords(words);
    const { shape } = useRun();
    const canvas = useRef<HTMLCanvasElement>(null);
    const drawing = useRef<Drawing>(undefined);
    const last = useRef<Point>(undefined);
    const [cursor, setCursor] = useState<Point>({ x: Math.floor(shape.width / 2), y: Math.floor(shape.height / 2) });
    const [isDown, setDown] = useState(false);

    useLayoutEffect(() => {
        drawing.current = new Drawing(canvas.current!, shape);
        onReady(drawing.current);
    }, [shape]);

    const stroke = (to: Point) => {
        drawing.current!.line(last.current ?? to, to, brush * drawing.current!.scale, colour);
        last.current = to;
        onChange();
    };
    const pointAt = (event: PointerEvent): Point => {
        const box = canvas.current!.getBoundingClientRect();
        return {
            x: ((event.clientX - box.left) * canvas.current!.width) / box.width,
            y: ((event.clientY - box.top) * canvas.current!.height) / box.height,
        };
    };
    const pressed = (event: PointerEvent) => {
        if (event.button !== 0) return;
        canvas.current!.setPointerCapture(event.pointerId);
        drawing.current!.begin();
        last.current = undefined;
        stroke(pointAt(event));
    };
    const moved = (event: PointerEvent) => {
        if (!canvas.current!.hasPointerCapture(event.pointerId)) return;
        const events = event.getCoalescedEvents();
        for (const one of events.length > 0 ? events : [event]) stroke(pointAt(one));
    };

    const middle = ({ x, y }: Point): Point => ({ x: (x + 0.5) * drawing.current!.scale, y: (y + 0.5) * drawing.current!.scale });
    const keyed = (event: KeyboardEvent) => {
        const by = event.shiftKey ? 4 : 1;
        const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
        if (event.key === ' ') {
            event.preventDefault();
            setDown(!isDown);
            if (isDown) return;
            drawing.current!.begin();
            last.current = undefined;
            stroke(middle(cursor));
        } else if (move) {
            event.preventDefault();
            const inside = (value: number, length: number) => Math.max(0, Math.min(length - 1, value));
            const next = { x: inside(cursor.x + move[0]!, shape.width), y: inside(cursor.y + move[1]!, shape.height) };
            setCursor(next);
            if (isDown) stroke(middle(next));
        }
    };
    return (
        <div class="pad">
            <div class="pad-area">
                <canvas
                    ref={canvas}
                    tabIndex={0}
                    role="application"
                    aria-label={text.label}
                    aria-describedby="pad-help"
                    onPointerDown={pressed}
                    onPointerMove={moved}
                    onKeyDown={keyed}
                    onBlur={() => setDown(false)}
                />
                <span
                    class={`pad-cursor${isDown ? ' is-down' : ''}`}
                    style={{ left: `${(100 * (cursor.x + 0.5)) / shape.width}%`, top: `${(100 * (cursor.y + 0.5)) / shape.height}%` }}
                />
            </div>
            <span class="visually-hidden" role="status">
                {isDown ? text.down : text.up}
            </span>
            <p class="note" id="pad-help">
                {text.help}
            </p>
        </div>
    );
}
