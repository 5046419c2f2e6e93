/** A drawing that survives a look at another view, and a reload. */
export interface Kept {
    /** As an address that holds it. */
    picture: string;
    /** The image that it began with, as the view's address has it. */
    from: string;
}

const keyOf = (version: string) => `tangram-drawing-${version}`;

/** What was drawn for a run in this window. */
export function keptDrawing(version: string): Kept | undefined {
    try {
        const kept = JSON.parse(sessionStorage.getItem(keyOf(version)) ?? 'null') as Kept | null;
        return kept ?? undefined;
    } catch {
        return undefined;
    }
}

export function keepDrawing(version: string, kept: Kept) {
    try {
        sessionStorage.setItem(keyOf(version), JSON.stringify(kept));
    } catch {
        // Then it is lost with the page.
    }
}
