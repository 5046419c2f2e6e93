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
