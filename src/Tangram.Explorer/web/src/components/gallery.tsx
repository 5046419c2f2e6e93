import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isReturning } from '../scroll';

interface GalleryProps {
    /** Number of tiles; only those in sight are made. */
    count: number;
    /** Width and height of a tile with its caption, in pixels. */
    width: number;
    height: number;
    /** The tile at a place. */
    tile: (place: number) => ComponentChildren;
    label: string;
    /** A place to scroll to. */
    at?: number | undefined;
}

const gap = 8;
const rowsBeyond = 3;

/**
 * A grid of equal tiles as long as it needs to be, scrolled with the page, of which only the rows in sight exist. Reaching a tile by Tab works, for the rows beyond the
 * sight exist too. TanStack Virtual and virtua were looked at: both want React or measure tiles of unknown size, where this is a division.
 */
export function Gallery({ count, width, height, tile, label, at }: GalleryProps) {
    const box = useRef<HTMLDivElement>(null);
    const [columns, setColumns] = useState(1);
    const [[first, last], setRows] = useState<[number, number]>([0, 12]);
    const rows = Math.ceil(count / columns);

    useLayoutEffect(() => {
        const sized = new ResizeObserver(([entry]) => setColumns(Math.max(1, Math.floor((entry!.contentRect.width + gap) / (width + gap)))));
        sized.observe(box.current!);
        return () => sized.disconnect();
    }, [width]);

    useEffect(() => {
        let frame = 0;
        const look = () => {
            frame = 0;
            if (!box.current) return;
            const top = -box.current.getBoundingClientRect().top;
            const start = Math.max(0, Math.floor(top / (height + gap)) - rowsBeyond);
            const end = Math.ceil((top + innerHeight) / (height + gap)) + rowsBeyond;
            const last = Math.max(start + rowsBeyond, end); // some are there even below the sight, or Tab would pass a gallery by
            setRows(old => (old[0] === start && old[1] === last ? old : [start, last]));
        };
        const scrolled = () => {
            frame ||= requestAnimationFrame(look);
        };
        look();
        addEventListener('scroll', scrolled, { passive: true });
        addEventListener('resize', scrolled);
        return () => {
            cancelAnimationFrame(frame);
            removeEventListener('scroll', scrolled);
            removeEventListener('resize', scrolled);
        };
    }, [height, rows]);

    useEffect(() => {
        if (at === undefined || !box.current || isReturning()) return;
        const top = box.current.getBoundingClientRect().top + scrollY + Math.floor(at / columns) * (height + gap);
        scrollTo({ top: Math.max(0, top - innerHeight / 3) });
    }, [at, columns, height]);

    const from = Math.min(first, Math.max(0, rows - 1)) * columns;
    const to = Math.min(count, last * columns);
    return (
        <div class="gallery" ref={box} role="list" aria-label={label} style={{ height: `${Math.max(0, rows * (height + gap) - gap)}px` }}>
            {Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index).map(place => (
                <div
                    key={place}
                    role="listitem"
                    aria-posinset={place + 1}
                    aria-setsize={count}
                    class={place === at ? 'marked' : undefined}
                    style={{
                        width: `${width}px`,
                        height: `${height}px`,
                        transform: `translate(${(place % columns) * (width + gap)}px, ${Math.floor(place / columns) * (height + gap)}px)`,
                    }}
                >
                    {tile(place)}
                </div>
            ))}
        </div>
    );
}
