import { ProblemError } from './api';
import { isAnswering } from './connection';
import { useLoaded, type Loaded } from './load';

/** A part of the program that is fetched when it is needed. */
export interface Part<T> {
    /** It, once it is there. */
    value: T | undefined;
    ask: () => Promise<T>;
}

const key = 'tangram-begun-anew';
const seldom = 60_000;

export function part<T>(load: () => Promise<T>): Part<T> {
    let asked: Promise<T> | undefined;
    let failures = 0;
    let lacksStyle = false;
    const ask = async () => {
        // Vite fetches a part's style once: whoever comes again would have it without.
        if (lacksStyle && beginAnew()) return new Promise<T>(() => {});
        try {
            return (made.value = await load());
        } catch (error) {
            asked = undefined;
            lacksStyle = String(error).includes('preload CSS');
            // Browsers may remember that a part couldn't be had, and a server of another version hasn't these parts any more: a new page helps with both.
            const isCurable = ++failures > 1 && (await isAnswering());
            if (isCurable && beginAnew()) return new Promise<T>(() => {});
            throw isCurable ? error : new ProblemError({ title: '', detail: '', status: 0 });
        }
    };
    const made: Part<T> = { value: undefined, ask: () => (asked ??= ask()) };
    return made;
}

/** A part, when it has come; `before` says what is fetched first. */
export function usePart<T>(of: Part<T>, before?: () => Promise<void>): Loaded<T> {
    const loaded = useLoaded(async () => {
        if (of.value === undefined) await before?.();
        return of.ask();
    }, []);
    return of.value === undefined ? loaded : { ...loaded, value: of.value, problem: undefined };
}

/** Loads the page again, but not twice in a minute, lest it goes round in circles; false where it doesn't. What one did is in the address or kept by the browser. */
function beginAnew(): boolean {
    try {
        if (Date.now() - Number(sessionStorage.getItem(key)) < seldom) return false;
        sessionStorage.setItem(key, String(Date.now()));
    } catch {
        return false; // nothing would stop it
    }
    location.reload();
    return true;
}
