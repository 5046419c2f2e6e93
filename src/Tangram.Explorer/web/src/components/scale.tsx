import { signed } from './chart';

const steps = 20;

const channels = (colour: string) => [1, 3, 5].map(start => parseInt(colour.slice(start, start + 2), 16));

function mix(from: string, to: string, share: number) {
    const [a, b] = [channels(from), channels(to)];
    return `rgb(${a.map((value, channel) => Math.round(value + (b[channel]! - value) * share)).join(' ')})`;
}

/** Colour of a signed number in −1 … 1, as pictures of signed values are drawn: the root keeps weak ones visible. */
export const signedColour = (value: number) =>
    mix(signed.zero, value < 0 ? signed.negative : signed.positive, Math.sqrt(Math.min(1, Math.abs(value))));

const signedGradient = Array.from({ length: 2 * steps + 1 }, (_, step) => signedColour(step / steps - 1)).join(', ');

/** What the colours of a picture mean in numbers. */
export function Scale({ isSigned, low, high }: { isSigned: boolean; low: string; high: string }) {
    return (
        <div class="scale">
            <div class="scale-bar" style={{ background: `linear-gradient(to right, ${isSigned ? signedGradient : '#000, #fff'})` }} />
            <div class="scale-ends">
                <span>{low}</span>
                {isSigned && <span>0</span>}
                <span>{high}</span>
            </div>
        </div>
    );
}
