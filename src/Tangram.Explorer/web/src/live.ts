import { useEffect, useState } from 'preact/hooks';
import type { Answers } from './api';

export type LiveFrame = Answers['LiveFrame'];
export type LivePoint = Answers['LivePoint'];
export type LiveEvaluation = Answers['LiveEvaluation'];
export type LiveFeatures = Answers['LiveFeatures'];

/** All that the page knows of a training. */
export interface Live {
    training: NonNullable<LiveFrame['training']>;
    standing: LiveFrame['standing'];
    points: LivePoint[];
    evaluations: LiveEvaluation[];
    features: LiveFeatures | null;
    end: LiveFrame['end'];
    isLast: boolean;
    /** Nobody answers: the program has ended without a word, or the machine slept. The page goes on trying. */
    isLost: boolean;
}

const retryAfter = 3000;

const follow = (old: Live | undefined, frame: LiveFrame): Live => ({
    training: frame.training ?? old!.training,
    standing: frame.standing,
    points: frame.isWhole ? frame.points : frame.points.length > 0 ? [...old!.points, ...frame.points] : old!.points,
    evaluations: frame.evaluations.length === old?.evaluations.length ? old.evaluations : frame.evaluations,
    features: frame.features ?? old?.features ?? null,
    end: frame.end,
    isLast: frame.isLast,
    isLost: false,
});

/**
 * Follows the training for as long as the page is in sight: a hidden page costs the training nothing, and is told everything when it is looked at again, as after a
 * connection that broke.
 * @param from The first of the features to see; empty: some of all.
 */
export function useLive(from: string): Live | undefined {
    const [live, setLive] = useState<Live>();
    useEffect(() => {
        let source: EventSource | undefined;
        let retry = 0;
        let isOver = false;
        const close = () => {
            clearTimeout(retry);
            source?.close();
        };
        const open = () => {
            close();
            if (isOver || document.hidden) return;
            source = new EventSource(from === '' ? '/api/live' : `/api/live?from=${encodeURIComponent(from)}`);
            source.onmessage = ({ data }: MessageEvent<string>) => {
                const frame = JSON.parse(data) as LiveFrame;
                setLive(old => follow(old, frame));
                if (!frame.isLast) return;
                isOver = true;
                close();
            };
            source.onerror = () => {
                setLive(old => old && { ...old, isLost: true });
                if (source?.readyState === EventSource.CLOSED) retry = window.setTimeout(open, retryAfter);
            };
        };
        open();
        document.addEventListener('visibilitychange', open);
        return () => {
            document.removeEventListener('visibilitychange', open);
            close();
        };
    }, [from]);
    return live;
}
