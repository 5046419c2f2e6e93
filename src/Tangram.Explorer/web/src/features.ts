import { answer, client, type FeatureRow } from './api';
import { useLoaded, type Loaded } from './load';

const seen = new Map<number, FeatureRow[]>();

/** All features of a member, by number. Those seen before are there at once, and replaced when the server has answered, for names may have changed. */
export function useFeatures(member: number): Loaded<FeatureRow[]> {
    const loaded = useLoaded(
        async signal => {
            const rows = await answer(client.GET('/api/members/{member}/features', { params: { path: { member } }, signal }));
            seen.set(member, rows);
            return { member, rows };
        },
        [member],
    );
    return { ...loaded, value: loaded.value?.member === member ? loaded.value.rows : seen.get(member) };
}
