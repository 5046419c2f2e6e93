import { answer, client } from '../../api';
import { useLoaded } from '../../load';
import { address, useMember, useRun, useSettings } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        feature: (feature: number, member: number) => `feature ${feature} of member ${member}`,
        matched: (member: number, cosine: string) => ` looks most like this one of member ${member} (cosine of weights ${cosine}).`,
        unmatched: (member: number) => ` looks like no feature of member ${member}; here are all of them.`,
    },
    {
        feature: (feature, member) => `成员 ${member} 的特征 ${feature}`,
        matched: (member, cosine) => `在成员 ${member} 中与之最相似的是此特征（权重余弦 ${cosine}）。`,
        unmatched: member => `在成员 ${member} 中没有与之相似的特征；这里是全部特征。`,
    },
);

/** Of which feature of which member one comes from: "0.7". */
function useOrigin(given: string) {
    const { members, features } = useRun();
    const [member, feature] = (/^\d{1,9}\.\d{1,9}$/.exec(given)?.[0] ?? '').split('.').map(Number);
    return member !== undefined && feature !== undefined && member < members && feature < features ? { member, feature } : undefined;
}

/** That this feature was found as the one most like another member's, and how like it is. */
export function Matched({ feature }: { feature: number }) {
    const text = useWords(words);
    const { number } = useNumbers();
    const shown = useMember();
    const [{ matched }] = useSettings({ matched: '' });
    const origin = useOrigin(matched);
    const cosine = useLoaded(async () => {
        if (!origin) return undefined;
        const matches = await answer(client.GET('/api/members/{member}/features/{feature}/matches', { params: { path: origin } }));
        return matches.find(one => one.member === shown)?.features.find(one => one.feature === feature)?.similarity;
    }, [matched, shown, feature]);
    if (!origin || cosine.value === undefined) return null;
    return (
        <p class="note" role="status">
            <Link {...origin} />
            {text.matched(shown, number(cosine.value, 2))}
        </p>
    );
}

/** That no feature of this member is like the one that one comes from. */
export function Unmatched() {
    const text = useWords(words);
    const shown = useMember();
    const [{ unmatched }] = useSettings({ unmatched: '' });
    const origin = useOrigin(unmatched);
    if (!origin) return null;
    return (
        <p class="note" role="status">
            <Link {...origin} />
            {text.unmatched(shown)}
        </p>
    );
}

function Link({ member, feature }: { member: number; feature: number }) {
    const text = useWords(words);
    return <a href={address(`/features/${feature}`, member)}>{text.feature(feature, member)}</a>;
}
