import { useLocation } from 'preact-iso';
import { answer, client } from '../api';
import { address, useMember, useRun } from '../run';
import { define, useWords } from '../words';

const words = define(
    { member: (number: number) => `member ${number}`, label: 'Member of the ensemble' },
    { member: (number: number) => `成员 ${number}`, label: '集成中的成员' },
);

/** What in an address is of one member alone: features by their numbers, which mean other features in another member. */
const ofOneMember = (query: Record<string, string>): string[] => [
    'matched',
    'unmatched',
    'edit',
    'off',
    'area', // of a map, which is of one member's codes
    ...(query['of'] === 'features' ? ['near'] : []),
    ...(/^\d+$/.test(query['find']?.trim() ?? '') ? ['find'] : []),
];

/** Shows another member. A feature is followed to the one that looks most like it, or to the gallery where none does: the same number is another feature there. */
export function MemberSelect() {
    const text = useWords(words);
    const { members } = useRun();
    const member = useMember();
    const { path, route } = useLocation();
    const choose = async (chosen: number) => {
        const all = Object.fromEntries(new URLSearchParams(location.search));
        const left = ['member', ...ofOneMember(all)];
        const query = Object.fromEntries(Object.entries(all).filter(([key]) => !left.includes(key)));
        const feature = /^\/features\/(\d{1,9})$/.exec(path)?.[1];
        if (feature === undefined) return route(address(path, chosen, query));
        const match = await closest(member, Number(feature), chosen).catch(() => undefined); // the gallery is right whatever the reason
        if (location.pathname !== path) return undefined; // one has gone elsewhere since
        const of = `${member}.${feature}`;
        return route(
            match === undefined
                ? address('/features', chosen, { ...query, unmatched: of })
                : address(`/features/${match}`, chosen, { ...query, matched: of }),
        );
    };
    return (
        <select aria-label={text.label} value={member} onChange={event => void choose(Number(event.currentTarget.value))}>
            {Array.from({ length: members }, (_, number) => (
                <option key={number} value={number}>
                    {text.member(number)}
                </option>
            ))}
        </select>
    );
}

/** Another member's feature that looks most like one; undefined where none looks more alike than chance makes it. */
async function closest(member: number, feature: number, other: number): Promise<number | undefined> {
    const params = { path: { member, feature } };
    const [{ alikeByChance }, matches] = await Promise.all([
        answer(client.GET('/api/members/{member}/features/{feature}', { params })),
        answer(client.GET('/api/members/{member}/features/{feature}/matches', { params })),
    ]);
    const best = matches.find(one => one.member === other)?.features[0];
    return best && best.similarity > alikeByChance ? best.feature : undefined;
}
