import type { Theme } from '../theme';
import { ink, signed } from './chart';

type Rgb = [number, number, number];

/** Full colours on each ground: on a dark one, what is stronger is lighter. */
const full = {
    light: signed,
    dark: { negative: '#5aa2f2', positive: '#f58a4b' },
};

const rgb = (hex: string): Rgb => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
const linear = (channel: number) => (channel <= 10 ? channel / 3295 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]: Rgb) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/**
 * The look of a cell of a heat map whose value is a share −1 … 1 of the scale: from the page's ground to orange above 0, to blue below. Its text is black or white, whichever
 * can be read on it: one of them always has a contrast of 4.5.
 */
export function heat(theme: Theme, share: number | null): { background: string; color: string } {
    const from = rgb(ink(theme).ground);
    const to = rgb((share ?? 0) < 0 ? full[theme].negative : full[theme].positive);
    const part = Math.min(1, Math.abs(share ?? 0));
    const mixed = from.map((channel, at) => Math.round(channel + (to[at]! - channel) * part)) as Rgb;
    return { background: `rgb(${mixed.join(' ')})`, color: luminance(mixed) > 0.179 ? '#000' : '#fff' };
}

/** What the colours mean. */
export function HeatScale({ theme, low, high, lowest = 0 }: { theme: Theme; low: string; high: string; lowest?: -1 | 0 }) {
    const stops = (lowest < 0 ? [-1, -0.5, 0, 0.5, 1] : [0, 0.5, 1]).map(share => heat(theme, share).background);
    return (
        <span class="heat-scale">
            {low} <span aria-hidden="true" style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} /> {high}
        </span>
    );
}
