import { ink } from '../../components/chart';
import type { Theme } from '../../theme';
import type { Extent, Group, MapAnswer, Spot } from './points';

/** What of a map is in sight: the middle, and pixels per unit, the same along both axes. */
export interface Sight extends Spot {
    scale: number;
}

export interface Size {
    width: number;
    height: number;
}

const margin = 26;
const radius = 3.5;

/** All of it, as large as it goes. */
export const whole = ({ left, bottom, width, height }: Extent, size: Size): Sight => ({
    x: left + width / 2,
    y: bottom + height / 2,
    scale: Math.max(1e-9, Math.min((size.width - 2 * margin) / width, (size.height - 2 * margin) / height)),
});

export const toScreen = ({ x, y, scale }: Sight, size: Size, at: Spot): Spot => ({
    x: size.width / 2 + (at.x - x) * scale,
    y: size.height / 2 - (at.y - y) * scale,
});

export const fromScreen = ({ x, y, scale }: Sight, size: Size, at: Spot): Spot => ({
    x: x + (at.x - size.width / 2) / scale,
    y: y - (at.y - size.height / 2) / scale,
});

interface Painting {
    map: MapAnswer;
    groups: readonly Group[];
    /** Colours of places, instead of their groups'. */
    colours: readonly string[] | undefined;
    /** What stands out, while the others fade; undefined: none does. */
    selected: ReadonlySet<number> | undefined;
    /** What has a ring around it. */
    ringed: readonly number[];
    area: readonly Spot[];
    axes: readonly [string, string];
}

/** Draws a map. */
export function paint(
    canvas: HTMLCanvasElement,
    theme: Theme,
    size: Size,
    sight: Sight,
    { map, groups, colours, selected, ringed, area, axes }: Painting,
) {
    const ratio = devicePixelRatio;
    [canvas.width, canvas.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    const context = canvas.getContext('2d')!;
    const { text, faint } = ink(theme);
    const spot = (place: number) => toScreen(sight, size, { x: map.x[place]!, y: map.y[place]! });
    context.scale(ratio, ratio);
    context.strokeStyle = faint;
    context.strokeRect(0.5, 0.5, size.width - 1, size.height - 1);
    for (const { symbol, color, places } of groups) {
        for (const place of places) {
            const { x, y } = spot(place);
            context.globalAlpha = selected && !selected.has(place) ? 0.2 : 0.8;
            context.fillStyle = colours?.[place] ?? color;
            context.beginPath();
            outline(context, symbol, x, y);
            context.fill();
        }
    }
    context.globalAlpha = 1;
    context.strokeStyle = text;
    context.lineWidth = 2;
    for (const place of ringed) {
        const { x, y } = spot(place);
        context.beginPath();
        context.arc(x, y, radius + 3.5, 0, 2 * Math.PI);
        context.stroke();
    }
    if (area.length > 1) {
        context.beginPath();
        for (const corner of area) {
            const { x, y } = toScreen(sight, size, corner);
            context.lineTo(x, y);
        }
        context.closePath();
        context.fillStyle = 'rgb(120 140 170 / 15%)';
        context.strokeStyle = theme === 'dark' ? '#7db4f0' : '#0b57a4';
        context.fill();
        context.stroke();
    }
    context.fillStyle = text;
    context.font = '12px system-ui, sans-serif';
    context.textAlign = 'center';
    context.fillText(axes[0], size.width / 2, size.height - 8);
    context.rotate(-Math.PI / 2);
    context.fillText(axes[1], -size.height / 2, 16);
}

function outline(context: CanvasRenderingContext2D, symbol: string, x: number, y: number) {
    const r = radius;
    if (symbol === 'rect') context.rect(x - r, y - r, 2 * r, 2 * r);
    else if (symbol === 'circle') context.arc(x, y, r, 0, 2 * Math.PI);
    else {
        const corners =
            symbol === 'triangle'
                ? [0, -r - 0.5, r + 0.5, r, -r - 0.5, r] // prettier-ignore
                : [0, -r - 1, r + 1, 0, 0, r + 1, -r - 1, 0];
        for (let at = 0; at < corners.length; at += 2) context.lineTo(x + corners[at]!, y + corners[at + 1]!);
    }
}
