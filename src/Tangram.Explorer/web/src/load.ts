import { useEffect, useRef, useState } from 'preact/hooks';
import { ProblemError, type Problem } from './api';

export interface Loaded<T> {
    /** The latest value; stays while a newer one is on its way, so that nothing flickers. */
    value: T | undefined;
    problem: Problem | undefined;
    loading: boolean;
}

/** Loads something when the view opens and whenever `on` changes; an older answer never replaces a newer one. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Loaded<T> {
    const [state, setState] = useState<Loaded<T>>({ value: undefined, problem: undefined, loading: true });
    const latest = useRef(load);
    latest.current = load;
    useEffect(() => {
        const abort = new AbortController();
        setState(old => ({ ...old, loading: true }));
        latest.current(abort.signal).then(
            value => !abort.signal.aborted && setState({ value, problem: undefined, loading: false }),
            error => !abort.signal.aborted && setState({ value: undefined, problem: problemOf(error), loading: false }),
        );
        return () => abort.abort();
    }, on);
    return state;
}

/** The same of one member: never another's value while its own is on its way, for numbers and links would be of different members then. */
export function useLoadedOf<T>(member: number, load: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Loaded<T> {
    const loaded = useLoaded(async signal => ({ member, value: await load(signal) }), [member, ...on]);
    return { ...loaded, value: loaded.value?.member === member ? loaded.value.value : undefined };
}

/** What a page can say of a failure. */
export const problemOf = (error: unknown): Problem =>
    error instanceof ProblemError ? error.problem : { title: 'Error', detail: error instanceof Error ? error.message : String(error), status: -1 };
