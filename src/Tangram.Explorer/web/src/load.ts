import { useEffect, useRef, useState } from 'preact/hooks';
import { ProblemError, type Problem } from './api';
import { whenAnswering } from './connection';

export interface Loaded<T> {
    /** The latest value; stays while a newer one is on its way, so that nothing flickers. */
    value: T | undefined;
    problem: Problem | undefined;
    loading: boolean;
    /** Loads it again. */
    again: () => void;
}

const longestPause = 30_000;

/**
 * Loads something when the view opens and whenever `on` changes; an older answer never replaces a newer one. Where nobody answered, it is loaded again when the server
 * does.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Loaded<T> {
    const [state, setState] = useState<Omit<Loaded<T>, 'again'>>({ value: undefined, problem: undefined, loading: true });
    const [round, setRound] = useState(0);
    const again = () => setRound(count => count + 1);
    const latest = useRef(load);
    latest.current = load;
    const lost = useRef(0);
    useEffect(() => {
        const abort = new AbortController();
        let timer = 0;
        setState(old => ({ ...old, loading: true }));
        latest.current(abort.signal).then(
            value => {
                if (abort.signal.aborted) return;
                lost.current = 0;
                setState({ value, problem: undefined, loading: false });
            },
            async error => {
                if (abort.signal.aborted) return;
                const problem = problemOf(error);
                setState({ value: undefined, problem, loading: false });
                if (problem.status !== 0) return;
                await whenAnswering();
                const pause = Math.min(longestPause, 1000 * (2 ** lost.current++ - 1)); // it answers others, and not this
                if (!abort.signal.aborted) timer = window.setTimeout(again, pause);
            },
        );
        return () => {
            abort.abort();
            clearTimeout(timer);
        };
    }, [...on, round]);
    return { ...state, again };
}

/** The same of one member: never another's value while its own is on its way, for numbers and links would be of different members then. */
export function useLoadedOf<T>(member: number, load: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Loaded<T> {
    const loaded = useLoaded(async signal => ({ member, value: await load(signal) }), [member, ...on]);
    return { ...loaded, value: loaded.value?.member === member ? loaded.value.value : undefined };
}

/** What a page can say of a failure. */
export const problemOf = (error: unknown): Problem =>
    error instanceof ProblemError ? error.problem : { title: 'Error', detail: error instanceof Error ? error.message : String(error), status: -1 };
