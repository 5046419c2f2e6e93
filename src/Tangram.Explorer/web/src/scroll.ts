import { questions } from './api';

/**
 * How far each page of the history was scrolled: back and reload come to the same place. Browsers do that by themselves only for pages that are there at once; these grow
 * when their answers come.
 */
const key = 'tangram-scroll';
const longest = 30_000;
const moment = 500;

let places: Record<string, number> = {};
let wanted: number | undefined;

/** Names an entry of the history, however its address changes; where the browser doesn't, its address has to do. */
const entry = () => (window as { navigation?: { currentEntry?: { key: string } } }).navigation?.currentEntry?.key ?? location.href;

/** Whether a place that was left is on its way: nothing else shall scroll the page then. */
export const isReturning = () => wanted !== undefined;

/** Begins to remember. Called once, before the first view. */
export function keepScroll() {
    history.scrollRestoration = 'manual';
    try {
        places = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, number>;
    } catch {
        // Nothing is remembered, then.
    }
    addEventListener(
        'scroll',
        () => {
            if (!isReturning()) places[entry()] = Math.round(scrollY);
        },
        { passive: true },
    );
    addEventListener('popstate', () => comeBack());
    addEventListener('pagehide', () => {
        try {
            sessionStorage.setItem(key, JSON.stringify(places));
        } catch {
            // The next page begins at its top.
        }
    });
    comeBack();
}

let stop = () => {};

/** Scrolls to where the page was left, as soon as it is long enough; a hand that scrolls meanwhile is let. */
function comeBack() {
    stop();
    const place = places[entry()] ?? 0;
    wanted = place;
    const go = () => {
        scrollTo({ top: place, behavior: 'instant' });
        if (Math.abs(scrollY - place) < 2) settle(place === 0 ? 0 : moment);
    };
    const grown = new ResizeObserver(go);
    const hands = ['wheel', 'touchstart', 'pointerdown', 'keydown', 'click'] as const;
    const end = () => {
        stop();
        places[entry()] = Math.round(scrollY);
    };
    const last = setTimeout(end, longest);
    let timer = 0;
    // The page may still be the one before, and what comes late may move the place; a moment without either is the end.
    const settle = (after: number) => {
        clearTimeout(timer);
        timer = window.setTimeout(() => (questions() > 0 || document.querySelector('.loading') ? settle(moment) : end()), after);
    };
    stop = () => {
        grown.disconnect();
        clearTimeout(timer);
        clearTimeout(last);
        for (const hand of hands) removeEventListener(hand, end);
        wanted = undefined;
    };
    for (const hand of hands) addEventListener(hand, end, { passive: true });
    grown.observe(document.body);
    go();
}
