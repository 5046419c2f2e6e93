import type { Answers } from '../../api';
import { Agreement } from '../../components/agreement';
import { heat, HeatScale } from '../../components/heat';
import { Section } from '../../components/page';
import { address, useMember, useRun } from '../../run';
import '../../styles/heat.css';
import { useTheme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'How alike the members are',
        note: (images: string, set: string, all: string) =>
            `Of features that are alive: active for at least one of ${images === all ? `all ${all} images of ${set}` : `${images} images, drawn from the ${all} of ${set}`}.`,
        same: 'Features of the same number',
        sameNote: 'Mean cosine of feature f of the one and feature f of the other: what the consistency loss couples.',
        best: 'Best matches',
        bestNote:
            'Mean over a row’s member’s features of the largest cosine to any feature of the column’s: whether it was found too, under whatever number.',
        member: (number: number) => `member ${number}`,
        alive: 'alive',
        measured: 'Measured on the held-out images, mean over pairs of members:',
    },
    {
        title: '各成员有多相似',
        note: (images, set, all) =>
            `只计未失活的特征：在${images === all ? ` ${set} 的全部 ${all} 幅图像` : `从 ${set} 的 ${all} 幅图像中抽取的 ${images} 幅`}中至少被一幅激活。`,
        same: '同编号的特征',
        sameNote: '一个成员的特征 f 与另一成员的特征 f 的平均余弦：一致性损失所耦合的正是它们。',
        best: '最佳匹配',
        bestNote: '对行成员的每个特征，取它与列成员任一特征的最大余弦，再求平均：不论编号，看对方是否也找到了它。',
        member: number => `成员 ${number}`,
        alive: '未失活',
        measured: '在留出图像上测得，取各对成员的平均：',
    },
);

/** Members × members: by number, and by best match. */
export function Alike({ members: { images, alive, same, best, consistency, startConsistency } }: { members: Answers['MembersAnswer'] }) {
    const text = useWords(words);
    const { count } = useNumbers();
    const run = useRun();
    const [theme] = useTheme();
    return (
        <Section title={text.title} note={text.note(count(images), run.data, count(run.images))}>
            <p>
                <HeatScale theme={theme} low="−1" high="1" lowest={-1} />
            </p>
            <div class="columns">
                <Pairs title={text.same} note={text.sameNote} cosines={same} alive={alive} />
                <Pairs title={text.best} note={text.bestNote} cosines={best} alive={alive} />
            </div>
            {consistency && (
                <>
                    <p class="note measured">{text.measured}</p>
                    <Agreement trained={consistency} start={startConsistency} />
                </>
            )}
        </Section>
    );
}

function Pairs({ title, note, cosines, alive }: { title: string; note: string; cosines: (number | null)[][]; alive: number[] }) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const [theme] = useTheme();
    const shown = useMember();
    return (
        <div>
            <h3>{title}</h3>
            <p class="note">{note}</p>
            <div class="scroll" tabIndex={0} role="region" aria-label={title}>
                <table class="heat">
                    <thead>
                        <tr>
                            <td />
                            <th scope="col">{text.alive}</th>
                            {cosines.map((_, other) => (
                                <th key={other} scope="col">
                                    {other}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {cosines.map((row, member) => (
                            <tr key={member}>
                                <th scope="row">
                                    <a href={address('/members', member)} aria-current={member === shown ? 'true' : undefined}>
                                        {text.member(member)}
                                    </a>
                                </th>
                                <td>{count(alive[member]!)}</td>
                                {row.map((cosine, other) => (
                                    <td key={other} style={heat(theme, cosine)}>
                                        {member === other ? '' : number(cosine, 2)}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </div>
    );
}
