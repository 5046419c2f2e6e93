import type { Answers, FeatureRow } from '../../api';
import { palette } from '../../components/chart';
import { kindMarks, kinds } from '../../kinds';

export type MapAnswer = Answers['MapAnswer'];

/** What is drawn alike. */
export interface Group {
    key: string;
    name: string;
    color: string;
    symbol: string;
    /** Places in the map's lists. */
    places: number[];
}

const symbols = ['circle', 'triangle', 'rect', 'diamond'];

/** Images by class; all together without labels. Neighbours in the list differ in colour and shape. */
export function groupsOfImages(map: MapAnswer, classes: readonly string[], all: string): Group[] {
    const named = map.classes.length > 0 ? classes : [all];
    const groups = named.map((name, index) => ({
        key: String(index),
        name,
        color: palette[index % palette.length]!,
        symbol: symbols[index % symbols.length]!,
        places: [] as number[],
    }));
    map.items.forEach((_, place) => groups[map.classes[place] ?? 0]!.places.push(place));
    return groups.filter(group => group.places.length > 0);
}

/** Features by what they respond to; all together where images aren't pictures. */
export function groupsOfFeatures(map: MapAnswer, rows: readonly FeatureRow[], names: Record<string, string>, all: string): Group[] {
    return [...kinds, null]
        .map(kind => ({
            key: kind ?? 'none',
            name: kind ? names[kind]! : all,
            ...(kind ? kindMarks[kind] : { color: palette[0]!, symbol: 'circle' }),
            places: map.items.flatMap((feature, place) => ((rows[feature]?.kind ?? null) === kind ? [place] : [])),
        }))
        .filter(group => group.places.length > 0);
}

/** The places nearest to one on the map, itself first, among some. */
export function nearest(map: MapAnswer, place: number, among: readonly number[], count: number): number[] {
    const distance = (other: number) => Math.hypot(map.x[other]! - map.x[place]!, map.y[other]! - map.y[place]!);
    return among
        .map(other => ({ other, distance: other === place ? -1 : distance(other) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, count)
        .map(({ other }) => other);
}

export interface Spot {
    x: number;
    y: number;
}

/** The rectangle that all points of a map are in. */
export interface Extent {
    left: number;
    bottom: number;
    width: number;
    height: number;
}

export function extentOf(map: MapAnswer): Extent {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let place = 0; place < map.items.length; place++) {
        [left, right] = [Math.min(left, map.x[place]!), Math.max(right, map.x[place]!)];
        [bottom, top] = [Math.min(bottom, map.y[place]!), Math.max(top, map.y[place]!)];
    }
    return { left, bottom, width: right - left || 1, height: top - bottom || 1 };
}

/** Units of an address from one end of a map to the other; a tenth of them lies around the points, for one draws around those at the edge too. */
const units = 1000;
const around = 0.1;
const mostCorners = 60;

/** An area as an address has it, corner by corner: `120.400-150.770-…`; as few corners as show its form. */
export function areaText(corners: readonly Spot[], { left, bottom, width, height }: Extent): string {
    const unit = (value: number) => Math.max(0, Math.min(units, Math.round((units * (value + around)) / (1 + 2 * around))));
    const all = corners.map(({ x, y }) => ({ x: unit((x - left) / width), y: unit((y - bottom) / height) }));
    let kept = all;
    for (let step = 3; kept.length > mostCorners || step === 3; step *= 1.5) {
        kept = [];
        for (const corner of all)
            if (kept.length === 0 || Math.hypot(corner.x - kept.at(-1)!.x, corner.y - kept.at(-1)!.y) >= step) kept.push(corner);
    }
    return kept.length < 3 ? '' : kept.map(({ x, y }) => `${x}.${y}`).join('-');
}

/** Reads what `areaText` wrote; no corners where it can't be read. */
export function areaOf(text: string, { left, bottom, width, height }: Extent): Spot[] {
    const value = (part: string | undefined) => (Number(part) * (1 + 2 * around)) / units - around;
    const corners = text.split('-').map(corner => corner.split('.'));
    if (corners.length < 3 || !corners.every(parts => parts.length === 2 && parts.every(part => /^\d{1,4}$/.test(part)))) return [];
    return corners.map(([x, y]) => ({ x: left + width * value(x), y: bottom + height * value(y) }));
}

/** Whether a spot is in an area: whether a ray from it meets its edge an odd number of times. */
export function isInside(area: readonly Spot[], { x, y }: Spot): boolean {
    let inside = false;
    area.forEach((a, at) => {
        const b = area[(at + 1) % area.length]!;
        if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    });
    return inside;
}
