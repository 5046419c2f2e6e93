import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Run } from './api';

export const RunContext = createContext<Run>(undefined as unknown as Run);

/** The run that is explored. */
export const useRun = () => useContext(RunContext);

/** The member that the address names; 0 where it names none, or one that isn't there. */
export function useMember(): number {
    const { query } = useLocation();
    const { members } = useRun();
    const member = Number(query['member'] ?? 0);
    return Number.isInteger(member) && member >= 0 && member < members ? member : 0;
}

/** The address of a view, with the member where it isn't the first. Values that are undefined or empty are left out. */
export function address(path: string, member: number, query: Record<string, string | number | undefined> = {}): string {
    const parts = Object.entries({ ...query, member: member === 0 ? undefined : member })
        .filter(([, value]) => (value ?? '') !== '')
        .map(([key, value]) => `${key}=${encodeURIComponent(value!)}`);
    return parts.length > 0 ? `${path}?${parts.join('&')}` : path;
}

/**
 * A view's settings, kept in the address, so that a link leads to what one sees: the value of each name of `usual` (its usual value where the address has none), and
 * what changes some of them. A change replaces the address and adds nothing to the history, unless `isStep`.
 */
export function useSettings<T extends Record<string, string>>(usual: T): [T, (change: Partial<T>, isStep?: boolean) => void] {
    const { path, query, route } = useLocation();
    const settings = Object.fromEntries(Object.entries(usual).map(([key, value]) => [key, query[key] ?? value])) as T;
    const change = (changed: Partial<T>, isStep = false) => {
        if ((location.pathname.replace(/\/+$/, '') || '/') !== path) return; // one has gone elsewhere since, and shall not be called back
        const now: Record<string, string> = { ...Object.fromEntries(new URLSearchParams(location.search)), ...(changed as Record<string, string>) };
        const parts = Object.entries(now).filter(([key, value]) => value !== usual[key] && value !== '');
        route(parts.length > 0 ? `${path}?${new URLSearchParams(parts)}` : path, !isStep);
    };
    return [settings, change];
}
