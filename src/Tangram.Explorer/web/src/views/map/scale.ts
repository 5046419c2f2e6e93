/** From blue over purple to orange, as in the chart of features. */
const stops = ['#3b6fb6', '#b0559f', '#f28c28'] as const;

export const gradient = `linear-gradient(to right, ${stops.join(', ')})`;

const channels = (colour: string) => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));

function colourAt(share: number): string {
    const [from, to, part] = share < 0.5 ? [stops[0], stops[1], share * 2] : [stops[1], stops[2], share * 2 - 1];
    const [a, b] = [channels(from), channels(to)];
    return `rgb(${a.map((channel, at) => Math.round(channel + (b[at]! - channel) * part)).join(' ')})`;
}

/** Numbers as colours between the least and the largest that is one. */
export function onScale(values: readonly number[]): { low: number; high: number; colours: string[] } {
    const known = values.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return { low, high, colours: values.map(value => colourAt(Number.isFinite(value) ? (value - low) / (high - low || 1) : 0)) };
}
