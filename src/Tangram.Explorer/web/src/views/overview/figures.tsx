import { Fragment } from 'preact';
import type { Overview } from '../overview';
import { Agreement } from '../../components/agreement';
import { Section } from '../../components/page';
import { useRun } from '../../run';
import { Told } from '../../told';
import { define, useNumbers, useWords } from '../../words';
import { claimSayings, differenceSayings, findingSayings, measuredSayings } from './claims';

type Claim = Overview['claims'][number];
type Verdict = Claim['verdict'];

const words = define(
    {
        title: 'What it measured',
        of: (data: string, images: string) => `Measured on ${images} images of ${data}; mean over the members.`,
        unfinished: 'There are no figures yet: they are measured when the training is finished.',
        figures: 'Figures',
        pearson: 'Pearson: correlation of image and reconstruction',
        mse: 'MSE: mean squared error of a pixel',
        fvu: 'FVU: share of the variance that is lost',
        ssim: 'SSIM: structural similarity',
        psnr: 'PSNR',
        l0: 'L0: active features of an image',
        dead: (set: string, images: string) => `Dead features: no image of ${set} (${images}) activates them`,
        deadCount: (dead: string, all: string, isMean: boolean) => `(${dead} of ${all}${isMean ? ' a member, on average' : ''})`,
        ofMean: (value: string) => `(the mean image alone: ${value})`,
        agreement: 'How alike the members are',
        topics: { images: 'What is in these images', lost: 'What is lost', advice: 'What to try' },
        onTraining: (value: string) => `(training images: ${value})`,
        claims: 'The paper’s claims',
        differs: 'The claims were made of another experiment. This run has:',
        comma: ', ',
        stop: '.',
        all: (count: number) => `All ${count} claims`,
        claim: 'Claim',
        measured: 'This run',
        verdict: 'Verdict',
        reproduced: 'reproduced',
        notReproduced: 'not reproduced',
        inconsistentInSource: 'the paper contradicts itself',
        notComparable: 'not comparable',
        notMeasured: 'not measured',
    },
    {
        title: '测量结果',
        of: (data, images) => `在 ${data} 的 ${images} 幅图像上测得；取各成员的平均。`,
        unfinished: '还没有指标：训练完成后才会测量。',
        figures: '指标',
        pearson: 'Pearson：图像与重建的相关系数',
        mse: 'MSE：像素的均方误差',
        fvu: 'FVU：未能解释的方差比例',
        ssim: 'SSIM：结构相似度',
        psnr: 'PSNR',
        l0: 'L0：每幅图像激活的特征数',
        dead: (set, images) => `失活特征：${set}（${images}）中没有图像激活它们`,
        deadCount: (dead, all, isMean) => `（${isMean ? '平均每个成员 ' : ''}${all} 个中的 ${dead} 个）`,
        ofMean: value => `（仅用平均图像：${value}）`,
        agreement: '各成员有多相似',
        topics: { images: '图像中有什么', lost: '丢失了什么', advice: '可以尝试什么' },
        onTraining: value => `（训练图像：${value}）`,
        claims: '论文的结论',
        differs: '这些结论来自另一个实验。本次运行的不同之处：',
        comma: '；',
        stop: '。',
        all: count => `全部 ${count} 条结论`,
        claim: '结论',
        measured: '本次运行',
        verdict: '判定',
        reproduced: '已复现',
        notReproduced: '未复现',
        inconsistentInSource: '论文自相矛盾',
        notComparable: '无法比较',
        notMeasured: '未测量',
    },
);

const icons: Record<Verdict, string> = { reproduced: '✓', notReproduced: '✗', inconsistentInSource: '≠', notComparable: '∅', notMeasured: '–' };

/** What was measured, and what the paper said would be. */
export function Figures({ overview }: { overview: Overview }) {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const run = useRun();
    const { training, scores, claims, differences, findings } = overview;
    if (!training) return null;
    if (!scores)
        return (
            <Section title={text.title}>
                <p>{text.unfinished}</p>
            </Section>
        );
    const facts: [string, string, string?][] = [
        [text.pearson, number(scores.pearson, 4), `${text.onTraining(number(scores.trainPearson, 4))} ${text.ofMean(number(scores.pearsonOfMean))}`],
        [text.mse, number(scores.mse), text.onTraining(number(scores.trainMse))],
        [text.fvu, percent(scores.fvu)],
        ...(scores.ssim !== null ? [[text.ssim, number(scores.ssim)] as [string, string]] : []),
        ...(scores.psnr !== null ? [[text.psnr, `${number(scores.psnr)} dB`] as [string, string]] : []),
        [text.l0, number(scores.l0)],
        [
            text.dead(training.test, count(training.testImages)),
            percent(scores.dead),
            scores.dead === null ? '' : text.deadCount(number(scores.dead * run.features, 4), count(run.features), run.members > 1),
        ],
    ];
    return (
        <Section title={text.title} note={text.of(training.test, count(training.testImages))}>
            <div class="figures">
                <div class="panel">
                    <h3>{text.figures}</h3>
                    <table>
                        <tbody>
                            {facts.map(([name, value, more]) => (
                                <tr key={name}>
                                    <th scope="row">{name}</th>
                                    <td class="number">
                                        {value} {more && <span class="note">{more}</span>}
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
                <div class="panel">{claims.length > 0 ? <Claims claims={claims} differences={differences} /> : <Findings findings={findings} />}</div>
                {scores.consistency && (
                    <div class="panel">
                        <h3>{text.agreement}</h3>
                        <Agreement trained={scores.consistency} start={scores.startConsistency} />
                    </div>
                )}
            </div>
        </Section>
    );
}

/** Of images that are no paper's: what is in them, what is lost, what to try. */
function Findings({ findings }: { findings: Overview['findings'] }) {
    const text = useWords(words);
    return (
        <>
            {(['images', 'lost', 'advice'] as const).map(topic => {
                const told = findings.filter(one => one.topic === topic);
                return (
                    told.length > 0 && (
                        <div key={topic}>
                            <h3>{text.topics[topic]}</h3>
                            <ul>
                                {told.map(one => (
                                    <li key={one.text}>
                                        <Told text={one.text} sayings={findingSayings} />
                                    </li>
                                ))}
                            </ul>
                        </div>
                    )
                );
            })}
        </>
    );
}

function Claims({ claims, differences }: { claims: Claim[]; differences: string[] }) {
    const text = useWords(words);
    const verdicts = (Object.keys(icons) as Verdict[]).map(verdict => ({ verdict, of: claims.filter(claim => claim.verdict === verdict).length }));
    return (
        <>
            <h3>{text.claims}</h3>
            <ul class="verdicts">
                {verdicts
                    .filter(one => one.of > 0)
                    .map(({ verdict, of }) => (
                        <li key={verdict}>
                            <VerdictMark verdict={verdict} />: <strong>{of}</strong>
                        </li>
                    ))}
            </ul>
            {differences.length > 0 && (
                <p class="note">
                    {text.differs}{' '}
                    {differences.map((one, place) => (
                        <Fragment key={one}>
                            {place > 0 && text.comma}
                            <Told text={one} sayings={differenceSayings} />
                        </Fragment>
                    ))}
                    {text.stop}
                </p>
            )}
            <details open={innerWidth > 900}>
                <summary>{text.all(claims.length)}</summary>
                <table class="claims">
                    <thead>
                        <tr>
                            <th scope="col">{text.verdict}</th>
                            <th scope="col">{text.claim}</th>
                            <th scope="col">{text.measured}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {claims.map(claim => (
                            <tr key={claim.claim}>
                                <td>
                                    <VerdictMark verdict={claim.verdict} />
                                </td>
                                <td>
                                    <Told text={claim.claim} sayings={claimSayings} />
                                </td>
                                <td>
                                    <Told text={claim.measured} sayings={measuredSayings} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </details>
        </>
    );
}

function VerdictMark({ verdict }: { verdict: Verdict }) {
    const text = useWords(words);
    return (
        <span class={`verdict ${verdict}`}>
            <span aria-hidden="true">{icons[verdict]}</span> {text[verdict]}
        </span>
    );
}
