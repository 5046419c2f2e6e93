import type { ComponentChildren } from 'preact';
import type { Problem } from '../api';
import { askNow } from '../connection';
import type { Loaded } from '../load';
import { problemSayings } from '../problems';
import { Told } from '../told';
import { define, useWords } from '../words';

const words = define(
    {
        loading: 'Loading…',
        failed: 'That didn’t work',
        gone: 'The explorer isn’t answering. Is ‘tangram explore’ still running? This page goes on by itself as soon as it answers.',
        again: 'Try again',
        reload: 'Reload',
    },
    {
        loading: '加载中…',
        failed: '出错了',
        gone: '探索器没有响应。“tangram explore” 还在运行吗？它一有响应，本页就会自动继续。',
        again: '重试',
        reload: '刷新',
    },
);

/** Appears only where something takes long enough to be noticed (see the style). */
export function Loading() {
    return (
        <p class="loading" role="status">
            {useWords(words).loading}
        </p>
    );
}

/** A problem, in the server's own sentence, and what helps: a server that is gone is asked at once, a run that changed is opened anew, the rest is tried again. */
export function Failure({ problem, again }: { problem: Problem; again?: (() => void) | undefined }) {
    const text = useWords(words);
    const isRefused = problem.status >= 400 && problem.status < 500 && problem.status !== 408; // and would be again
    const act = problem.status === 0 ? askNow : isRefused ? undefined : again;
    return (
        <div class="failure" role="alert">
            <strong>{text.failed}</strong>
            <p>{problem.status === 0 ? text.gone : <Told text={problem.detail || problem.title} sayings={problemSayings} />}</p>
            {problem.status === 409 ? (
                <button type="button" onClick={() => location.reload()}>
                    {text.reload}
                </button>
            ) : (
                act && (
                    <button type="button" onClick={act}>
                        {text.again}
                    </button>
                )
            )}
        </div>
    );
}

/** What was loaded, once it is there; until then that it is loading, or why it can't be had. */
export function Await<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
    if (of.problem) return <Failure problem={of.problem} again={of.again} />;
    return of.value === undefined ? <Loading /> : <>{children(of.value)}</>;
}
