/** A choice that the browser remembers; undefined where it may not remember, or remembers something else. */
export function stored<T extends string>(key: string, among: readonly T[]): T | undefined {
    try {
        const value = localStorage.getItem(`tangram-${key}`);
        return among.find(one => one === value);
    } catch {
        return undefined;
    }
}

export function store(key: string, value: string) {
    try {
        localStorage.setItem(`tangram-${key}`, value);
    } catch {
        // Then it is chosen again next time.
    }
}
