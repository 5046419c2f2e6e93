import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useTheme } from '../../theme';
import { define, useWords } from '../../words';
import { fromScreen, paint, toScreen, whole, type Sight, type Size } from './painting';
import type { Extent, Group, MapAnswer, Spot } from './points';

/** What dragging does. */
export type Tool = 'move' | 'polygon' | 'rect';

const words = define(
    { nearer: 'Zoom in', farther: 'Zoom out', all: 'Whole map', zoom: 'Zoom' },
    { nearer: '放大', farther: '缩小', all: '整幅地图', zoom: '缩放' },
);

interface PlaneProps {
    label: string;
    map: MapAnswer;
    extent: Extent;
    groups: readonly Group[];
    colours: readonly string[] | undefined;
    /** Places that were selected without drawing. */
    marked: readonly number[];
    selected: ReadonlySet<number> | undefined;
    axes: readonly [string, string];
    tool: Tool;
    /** The area that is selected, in the map's units. */
    area: readonly Spot[];
    onArea: (area: Spot[]) => void;
    onOpen: (place: number) => void;
    /** What is shown of a point. */
    preview: (place: number) => ComponentChildren;
    nameOf: (place: number) => string;
}

/** A point that is shown: pointed at, or chosen by a finger or by keys, which stays. */
interface Shown {
    place: number;
    stays: boolean;
}

/** What a hand does that holds the map. */
type Gesture = { kind: 'draw'; path: Spot[] } | { kind: 'move'; last: Spot } | { kind: 'pinch'; distance: number; middle: Spot } | { kind: 'tap' };

/** Pixels: from a point at most, where it counts as pointed at; that a click may slip. */
const reach = 10;
const slip = 5;
const step = 1.4;
const largest = 200;

const distance = (a: Spot, b: Spot) => Math.hypot(a.x - b.x, a.y - b.y);
const middle = (a: Spot, b: Spot): Spot => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/**
 * Points on a plane, with one scale for both axes. Nothing that scrolls a page is caught: the wheel zooms with Ctrl alone, one finger scrolls unless it was given something
 * to draw, two fingers move and zoom. By keys: arrows go from point to point, + and − zoom, Enter opens.
 */
export function Plane(props: PlaneProps) {
    const { label, map, extent, groups, marked, tool, area, onArea, onOpen, preview, nameOf } = props;
    const text = useWords(words);
    const [theme] = useTheme();
    const box = useRef<HTMLDivElement>(null);
    const canvas = useRef<HTMLCanvasElement>(null);
    const [size, setSize] = useState<Size>();
    const [zoomed, setZoomed] = useState<Sight>();
    const [shown, setShown] = useState<Shown>();
    const [path, setPath] = useState<Spot[]>();
    const fingers = useRef(new Map<number, Spot>());
    const gesture = useRef<Gesture>(undefined);
    const start = useRef<Spot>({ x: 0, y: 0 });

    useLayoutEffect(() => {
        const fit = () => {
            const width = box.current!.clientWidth;
            setSize({ width, height: Math.round(Math.max(320, Math.min(560, (width * extent.height) / extent.width))) });
        };
        const sized = new ResizeObserver(fit);
        sized.observe(box.current!);
        return () => sized.disconnect();
    }, [extent]);
    useEffect(() => {
        setZoomed(undefined);
        setShown(undefined);
    }, [map]);
    const places = useMemo(() => groups.flatMap(group => group.places), [groups]);
    const sight = zoomed ?? whole(extent, size ?? { width: 1, height: 1 });
    const current = shown && places.includes(shown.place) ? shown : undefined;
    useEffect(() => {
        if (size) paint(canvas.current!, theme, size, sight, { ...props, ringed: current ? [...marked, current.place] : marked, area: path ?? area });
    }, [size, zoomed, theme, map, groups, props.colours, marked, props.selected, area, path, current?.place, props.axes]);

    const spotOf = (place: number): Spot => toScreen(sight, size!, { x: map.x[place]!, y: map.y[place]! });
    const nearestTo = (at: Spot, among = places): number | undefined => {
        let [best, least] = [undefined as number | undefined, Infinity];
        for (const place of among) {
            const far = distance(spotOf(place), at);
            if (far < least) [best, least] = [place, far];
        }
        return best;
    };
    const pointAt = (at: Spot) => {
        const place = nearestTo(at);
        return place !== undefined && distance(spotOf(place), at) <= reach ? place : undefined;
    };
    const zoom = (factor: number, at: Spot, to: Spot = at) => {
        if (!size) return;
        const all = whole(extent, size);
        const scale = Math.max(all.scale, Math.min(largest * all.scale, sight.scale * factor));
        const held = fromScreen(sight, size, at);
        const moved = { x: held.x - (to.x - size.width / 2) / scale, y: held.y + (to.y - size.height / 2) / scale, scale };
        setZoomed(scale === all.scale && factor < 1 ? undefined : moved);
    };
    const centre = size ? { x: size.width / 2, y: size.height / 2 } : { x: 0, y: 0 };

    const latest = useRef(zoom);
    latest.current = zoom;
    useEffect(() => {
        const wheel = (event: WheelEvent) => {
            if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
            event.preventDefault();
            latest.current(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 250), { x: event.offsetX, y: event.offsetY });
        };
        const touch = (event: TouchEvent) => {
            if (event.touches.length > 1) event.preventDefault(); // two fingers are the map's
        };
        const on = canvas.current!;
        on.addEventListener('wheel', wheel, { passive: false });
        on.addEventListener('touchstart', touch, { passive: false });
        return () => {
            on.removeEventListener('wheel', wheel);
            on.removeEventListener('touchstart', touch);
        };
    }, []);

    const at = (event: PointerEvent): Spot => ({ x: event.offsetX, y: event.offsetY });
    const pressed = (event: PointerEvent) => {
        if (event.button !== 0) return;
        fingers.current.set(event.pointerId, at(event));
        start.current = at(event);
        const [one, two] = [...fingers.current.values()];
        if (two) {
            gesture.current = { kind: 'pinch', distance: distance(one!, two), middle: middle(one!, two) };
            setPath(undefined);
            return;
        }
        if (tool === 'move' && event.pointerType === 'touch') {
            gesture.current = { kind: 'tap' };
            return;
        }
        canvas.current!.setPointerCapture(event.pointerId);
        gesture.current = tool === 'move' ? { kind: 'move', last: at(event) } : { kind: 'draw', path: [at(event)] };
    };
    const moved = (event: PointerEvent) => {
        const now = at(event);
        if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, now);
        const held = gesture.current;
        if (!held) {
            const place = pointAt(now);
            if (event.pointerType !== 'touch' && (place !== undefined || !current?.stays))
                setShown(place === undefined ? undefined : { place, stays: false });
        } else if (held.kind === 'pinch') {
            const [one, two] = [...fingers.current.values()];
            if (!one || !two) return;
            zoom(distance(one, two) / held.distance, held.middle, middle(one, two));
            Object.assign(held, { distance: distance(one, two), middle: middle(one, two) });
        } else if (held.kind === 'move') {
            if (distance(start.current, now) > slip) zoom(1, held.last, now);
            held.last = now;
        } else if (held.kind === 'draw') {
            const from = start.current;
            if (tool === 'rect') held.path = [from, { x: now.x, y: from.y }, now, { x: from.x, y: now.y }];
            else held.path.push(now);
            if (distance(from, now) > slip || held.path.length > 4) setPath(held.path.map(spot => fromScreen(sight, size!, spot)));
        }
    };
    const lifted = (event: PointerEvent) => {
        fingers.current.delete(event.pointerId);
        const held = gesture.current;
        gesture.current = undefined;
        if (!held || held.kind === 'pinch') return;
        const still =
            held.kind === 'draw' ? held.path.every(spot => distance(spot, start.current) <= slip) : distance(start.current, at(event)) <= slip;
        if (held.kind === 'draw' && !still) onArea(held.path.map(spot => fromScreen(sight, size!, spot)));
        setPath(undefined);
        if (!still) return;
        const place = pointAt(at(event));
        // A finger sees a point first, and opens it when it comes again.
        if (event.pointerType === 'touch' && place !== current?.place) setShown(place === undefined ? undefined : { place, stays: true });
        else if (place !== undefined) onOpen(place);
    };
    const dropped = (event: PointerEvent) => {
        fingers.current.delete(event.pointerId);
        gesture.current = undefined;
        setPath(undefined);
    };

    const go = (x: number, y: number) => {
        if (!current) return setShown({ place: nearestTo(centre) ?? places[0]!, stays: true });
        const from = spotOf(current.place);
        const ahead = places.filter(place => {
            const to = spotOf(place);
            const along = (to.x - from.x) * x + (to.y - from.y) * y;
            return along > 0.5 && along >= Math.abs((to.x - from.x) * y) + Math.abs((to.y - from.y) * x);
        });
        const place = nearestTo(from, ahead);
        if (place === undefined) return;
        setShown({ place, stays: true });
        const to = spotOf(place);
        if (to.x < 0 || to.y < 0 || to.x > size!.width || to.y > size!.height) zoom(1, to, centre);
    };
    const keyed = (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey || places.length === 0 || !size) return;
        const focus = current ? spotOf(current.place) : centre;
        const act = {
            ArrowLeft: () => go(-1, 0),
            ArrowRight: () => go(1, 0),
            ArrowUp: () => go(0, -1),
            ArrowDown: () => go(0, 1),
            '+': () => zoom(step, focus),
            '=': () => zoom(step, focus),
            '-': () => zoom(1 / step, focus),
            '0': () => setZoomed(undefined),
            Enter: () => current && onOpen(current.place),
            Escape: () => setShown(undefined),
        }[event.key];
        if (!act) return;
        event.preventDefault();
        act();
    };

    const place = current && size && spotOf(current.place);
    return (
        <div class="plane" ref={box}>
            <canvas
                ref={canvas}
                class={tool === 'move' ? 'moves' : 'draws'}
                style={{ height: `${size?.height ?? 480}px` }}
                tabIndex={0}
                role="application"
                aria-label={label}
                onPointerDown={pressed}
                onPointerMove={moved}
                onPointerUp={lifted}
                onPointerCancel={dropped}
                onPointerLeave={() => gesture.current || current?.stays || setShown(undefined)}
                onKeyDown={keyed}
                onBlur={event => (event.relatedTarget as Element | null)?.closest('.plane') || setShown(undefined)}
            />
            <div class="plane-zoom" role="group" aria-label={text.zoom}>
                <button type="button" title={text.nearer} aria-label={text.nearer} onClick={() => zoom(step, centre)}>
                    +
                </button>
                <button type="button" title={text.farther} aria-label={text.farther} disabled={!zoomed} onClick={() => zoom(1 / step, centre)}>
                    −
                </button>
                <button type="button" disabled={!zoomed} onClick={() => setZoomed(undefined)}>
                    {text.all}
                </button>
            </div>
            {place && (
                <div
                    class={`plane-preview${current.stays ? ' stays' : ''}`}
                    style={{
                        left: `${Math.max(0, Math.min(place.x + 12, size.width - 116))}px`,
                        ...(place.y < size.height / 2 ? { top: `${place.y + 12}px` } : { bottom: `${size.height - place.y + 12}px` }),
                    }}
                >
                    {preview(current.place)}
                </div>
            )}
            <p class="visually-hidden" role="status">
                {current?.stays && nameOf(current.place)}
            </p>
        </div>
    );
}
