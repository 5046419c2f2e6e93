import type { ComponentChildren } from 'preact';
import type { Problem } from '../api';
import type { Loaded } from '../load';
import { problemSayings } from '../problems';
import { Told } from '../told';
import { define, useWords } from '../words';

const words = define(
    {
        loading: 'Loading…',
        failed: 'That didn’t work',
        gone: 'The explorer isn’t answering. Is ‘tangram explore’ still running? Start it again, then reload this page.',
        retry: 'Reload',
    },
    {
        loading: '加载中…',
        failed: '出错了',
        gone: '探索器没有响应。“tangram explore” 还在运行吗？请重新启动它，然后刷新本页。',
        retry: '刷新',
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

/** A problem, in the server's own sentence. */
export function Failure({ problem }: { problem: Problem }) {
    const text = useWords(words);
    return (
        <div class="failure" role="alert">
            <strong>{text.failed}</strong>
            <p>{problem.status === 0 ? text.gone : <Told text={problem.detail || problem.title} sayings={problemSayings} />}</p>
            {(problem.status === 0 || problem.status === 409) && (
                <button type="button" onClick={() => location.reload()}>
                    {text.retry}
                </button>
            )}
        </div>
    );
}

/** What was loaded, once it is there; until then that it is loading, or why it can't be had. */
export function Await<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
    if (of.problem) return <Failure problem={of.problem} />;
    return of.value === undefined ? <Loading /> : <>{children(of.value)}</>;
}
