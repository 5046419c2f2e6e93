import type { FeatureKind, FeatureRow } from '../../api';
import { kinds } from '../../kinds';

/** What the gallery shows and in which order, as its address says it. */
export const usualSelection = { sort: 'frequency', order: '', kind: '', show: '', frequency: '', activation: '', selectivity: '', find: '' };
export type Selection = typeof usualSelection;

export const sorts = ['frequency', 'activation', 'selectivity', 'kind', 'number'] as const;
export type Sort = (typeof sorts)[number];
export const sortOf = (selection: Selection): Sort => sorts.find(sort => sort === selection.sort) ?? 'number';

export const isUpward = ({ sort, order }: Selection) => (order === '' ? !['frequency', 'activation', 'selectivity'].includes(sort) : order === 'up');

/** From the least to the largest, both included; undefined: no such end. */
export type Range = readonly [number | undefined, number | undefined];

/** "0.01..0.2", "..0.2", "0.01..". */
export function rangeOf(text: string): Range {
    const [low = '', high = ''] = text.split('..');
    const end = (part: string) => (part.trim() === '' || !Number.isFinite(Number(part)) ? undefined : Number(part));
    return [end(low), end(high)];
}

export const rangeText = ([low, high]: Range) => (low === undefined && high === undefined ? '' : `${low ?? ''}..${high ?? ''}`);

const isIn = (value: number | null, [low, high]: Range) =>
    (low === undefined && high === undefined) || (value !== null && value >= (low ?? -Infinity) && value <= (high ?? Infinity));

export const isDead = (row: FeatureRow) => row.frequency === 0;

/** The features that a selection shows, in its order. What has no value (unrated, dead) comes last either way; equal ones by number. */
export function select(rows: readonly FeatureRow[], selection: Selection): FeatureRow[] {
    const [frequency, activation, selectivity] = [rangeOf(selection.frequency), rangeOf(selection.activation), rangeOf(selection.selectivity)];
    const sought = selection.find.trim().toLowerCase();
    const value = valueOf(sortOf(selection));
    const sign = isUpward(selection) ? 1 : -1;
    return rows
        .filter(
            row =>
                (selection.kind === '' || row.kind === selection.kind) &&
                (selection.show !== 'dead' || isDead(row)) &&
                (selection.show !== 'alive' || !isDead(row)) &&
                (selection.show !== 'named' || row.name !== null) &&
                isIn(row.frequency, frequency) &&
                isIn(isDead(row) ? null : row.meanActivation, activation) &&
                isIn(row.selectivity, selectivity) &&
                (sought === '' || String(row.feature) === sought || row.name?.toLowerCase().includes(sought)),
        )
        .map(row => ({ row, key: value(row) }))
        .sort((a, b) => {
            if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null) || a.row.feature - b.row.feature;
            return sign * (a.key - b.key) || a.row.feature - b.row.feature;
        })
        .map(({ row }) => row);
}

function valueOf(sort: Sort): (row: FeatureRow) => number | null {
    switch (sort) {
        case 'frequency':
            return row => row.frequency;
        case 'activation':
            return row => (isDead(row) ? null : row.meanActivation);
        case 'selectivity':
            return row => row.selectivity;
        case 'kind':
            return row => (row.kind === null ? null : kinds.indexOf(row.kind as FeatureKind));
        case 'number':
            return row => row.feature;
    }
}
