import { useEffect, useState } from 'preact/hooks';
import { answer, client, type FeatureRow } from './api';
import { useLoaded, type Loaded } from './load';

const seen = new Map<number, FeatureRow[]>();
const renamed = new EventTarget();

/** All features of a member, by number. Those seen before are there at once, and replaced when the server has answered, for names may have changed. */
export function useFeatures(member: number): Loaded<FeatureRow[]> {
    const loaded = useLoaded(
        async signal => {
            const rows = await answer(client.GET('/api/members/{member}/features', { params: { path: { member } }, signal }));
            seen.set(member, rows);
        },
        [member],
    );
    const [, redraw] = useState(0);
    useEffect(() => {
        const draw = () => redraw(count => count + 1);
        renamed.addEventListener('change', draw);
        return () => renamed.removeEventListener('change', draw);
    }, []);
    return { ...loaded, value: seen.get(member) };
}

/** Tells views of a name that the server has just kept, perhaps after they asked. */
export function rename(member: number, feature: number, name: string) {
    const rows = seen.get(member);
    if (rows) {
        seen.set(
            member,
            rows.map(row => (row.feature === feature ? { ...row, name: name || null } : row)),
        );
    }
    renamed.dispatchEvent(new Event('change'));
}
