import createClient from 'openapi-fetch';
import type { components, paths } from '#api';

/** Shapes of the server's answers, made from its OpenAPI document. */
export type Answers = components['schemas'];
export type Run = Answers['RunAnswer'];
export type FeatureRow = Answers['FeatureRow'];
export type FeatureKind = NonNullable<FeatureRow['kind']>;

/** What went wrong, in the server's words (RFC 9457). */
export interface Problem {
    title: string;
    detail: string;
    status: number;
}

/** A failure that the page shows; thrown by everything that asks the server. */
export class ProblemError extends Error {
    constructor(readonly problem: Problem) {
        super(problem.detail);
    }
}

/** The typed client: client.GET('/api/members/{member}/features', { params: { path: { member } } }). Its answers go through `answer`. */
export const client = createClient<paths>({ baseUrl: location.origin });

let open = 0;

/** Answers that are on their way. */
export const questions = () => open;

/** The data of an answer, or a ProblemError. */
export async function answer<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    let given;
    open++;
    try {
        given = await asked;
    } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') throw error;
        throw new ProblemError({ title: '', detail: '', status: 0 }); // nobody answered
    } finally {
        open--;
    }
    if (given.data !== undefined) return given.data;
    const told = given.error as Partial<Problem> | undefined;
    throw new ProblemError({ title: told?.title ?? given.response.statusText, detail: told?.detail ?? '', status: given.response.status });
}

/** The run, which every view needs. */
export const getRun = (): Promise<Run> => answer(client.GET('/api/run'));

/** Whether this server shows a run, or a training under way. */
export const getMode = (): Promise<Answers['ServerMode']> => answer(client.GET('/api/mode')).then(given => given.mode);

/** Address of an image's picture; browsers keep it for as long as model and images are the same. */
export const imagePicture = (run: Run, image: number) => `/api/images/${image}/picture?v=${run.version}`;

export type FeatureLook = Answers['FeatureLook'];

/** Which of a feature's weights: what it adds to a reconstruction, or what it looks for. */
export type FeatureSide = 'adds' | 'looksFor';

/** Address of a feature's picture. With tied weights both sides are the same. */
export const featurePicture = (run: Run, member: number, feature: number, look: FeatureLook = 'usual', side: FeatureSide = 'adds') =>
    `/api/members/${member}/features/${feature}/picture?look=${look}&side=${side}&v=${run.version}`;
