import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from './api';
import { whenAnswering } from './connection';
import { problemOf } from './load';

/**
 * Asks the newest of many questions. One is on its way at most, and one waits, which a newer one replaces; so answers come in order, and never lag behind a hand that
 * moves faster than they come.
 */
export function latestOnly<Q, A>(
    ask: (question: Q) => Promise<A>,
    told: (answer: A, isNewest: boolean) => void,
    failed: (error: unknown, isNewest: boolean) => void,
): (question: Q) => void {
    let busy = false;
    let waiting: { question: Q } | undefined;
    const run = async (question: Q) => {
        busy = true;
        await ask(question).then(
            answer => told(answer, !waiting),
            error => failed(error, !waiting),
        );
        busy = false;
        if (!waiting) return;
        const next = waiting.question;
        waiting = undefined;
        void run(next);
    };
    return question => {
        if (busy) waiting = { question };
        else void run(question);
    };
}

interface Latest<A> {
    value: A | undefined;
    problem: Problem | undefined;
    /** Whether a newer answer is on its way. */
    busy: boolean;
}

/**
 * The newest answer to what was asked by `send`, or why there is none; the last answer stays while the next is on its way. Where nobody answered, the newest question is
 * asked again when the server does.
 */
export function useLatest<Q, A>(ask: (question: Q) => Promise<A>) {
    const [state, setState] = useState<Latest<A>>({ value: undefined, problem: undefined, busy: false });
    const current = useRef(ask);
    current.current = ask;
    const isGone = useRef(false);
    useEffect(() => () => void (isGone.current = true), []);
    const [send] = useState(() => {
        let newest: Q;
        const enqueue = latestOnly(
            (question: Q) => current.current(question),
            (value, isNewest) => setState({ value, problem: undefined, busy: !isNewest }),
            (error, isNewest) => {
                const problem = problemOf(error);
                setState(old => ({ ...old, problem, busy: !isNewest }));
                const failed = newest;
                if (problem.status === 0 && isNewest)
                    void whenAnswering().then(() => {
                        if (newest === failed && !isGone.current) enqueue(failed);
                    });
            },
        );
        return (question: Q) => {
            newest = question;
            setState(old => (old.busy ? old : { ...old, busy: true }));
            enqueue(question);
        };
    });
    return { ...state, send };
}
