/** Milliseconds between two questions whether the server answers again: more and more. */
const firstPause = 1000;
const longestPause = 15_000;

let waiting: Promise<void> | undefined;
let wake: (() => void) | undefined;
let shown: string | undefined;

/** Once the server answers; asked for by all that it owes an answer to, and asked by one. */
export const whenAnswering = (): Promise<void> => (waiting ??= ask().finally(() => (waiting = undefined)));

/** Asks now instead of after the pause. */
export const askNow = () => wake?.();

/** What this page shows; where the server comes back with something else, the page begins anew. */
export const remember = (run: string) => (shown = run);

/** Whether the server answers, whatever it says. */
export async function isAnswering(): Promise<boolean> {
    try {
        const response = await fetch(shown === undefined ? '/api/mode' : '/api/run', { cache: 'no-store' });
        if (shown !== undefined && response.ok && ((await response.json()) as { version: string }).version !== shown) location.reload();
        return true;
    } catch {
        return false;
    }
}

async function ask() {
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
        await new Promise<void>(resolve => {
            wake = resolve;
            setTimeout(resolve, pause);
        });
        if (await isAnswering()) return;
    }
}

addEventListener('online', askNow);
document.addEventListener('visibilitychange', askNow);

const tried = new WeakMap<HTMLImageElement, number>();
const mostTries = 4;

/** Pictures that didn't come are asked for again when the server answers; browsers don't do that. */
document.addEventListener(
    'error',
    event => {
        const picture = event.target;
        if (!(picture instanceof HTMLImageElement) || !picture.src.startsWith(location.origin)) return;
        const tries = tried.get(picture) ?? 0;
        tried.set(picture, tries + 1);
        const { src } = picture;
        if (tries < mostTries)
            void whenAnswering().then(() => {
                if (picture.isConnected && picture.src === src) picture.src = src;
            });
    },
    true, // errors of pictures don't rise
);
