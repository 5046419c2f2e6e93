import { useMember, useRun } from './run';
import { define, useNumbers, useWords } from './words';

const words = define(
    {
        them: (set: string, images: string, member: string) => `no image of ${set} (${images}) activates them${member}`,
        it: (set: string, images: string, member: string) => `no image of ${set} (${images}) activates it${member}`,
        member: (number: number) => `, member ${number}`,
    },
    {
        them: (set, images, member) => `${set}（${images}）中没有图像激活它们${member}`,
        it: (set, images, member) => `${set}（${images}）中没有图像激活它${member}`,
        member: number => `，成员 ${number}`,
    },
);

/**
 * What 'dead' means wherever features of the explored images are counted: no image of the set activates them. The set and the member are named with each count, for counts
 * of other images (the run's figures are of its held-out ones) differ.
 */
export function useDead(): { them: string; it: string } {
    const text = useWords(words);
    const { count } = useNumbers();
    const run = useRun();
    const member = useMember();
    const of = run.members > 1 ? text.member(member) : '';
    return { them: text.them(run.data, count(run.images), of), it: text.it(run.data, count(run.images), of) };
}
