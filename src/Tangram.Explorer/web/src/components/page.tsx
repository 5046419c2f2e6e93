import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRun } from '../run';

let pages = 0;

/** A view: its title, which the browser shows too, a sentence on what it is for, and its content. */
export function Page({ title, intro, children }: { title: string; intro?: ComponentChildren; children: ComponentChildren }) {
    const run = useRun();
    useEffect(() => {
        document.title = `${title} · ${run.name} · Tangram`;
    }, [title, run.name]);
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        // A link leads to a new page for those who listen to it, too.
        if (pages++ > 0) heading.current!.focus({ preventScroll: true });
    }, []);
    return (
        <main id="content" class="page">
            <h1 tabIndex={-1} ref={heading}>
                {title}
            </h1>
            {intro && <p class="intro">{intro}</p>}
            {children}
        </main>
    );
}

/** A part of a view. */
export function Section({ title, note, children }: { title: string; note?: ComponentChildren; children: ComponentChildren }) {
    return (
        <section class="section">
            <h2>{title}</h2>
            {note && <p class="note">{note}</p>}
            {children}
        </section>
    );
}
