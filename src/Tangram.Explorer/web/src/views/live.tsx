import { useEffect } from 'preact/hooks';
import { Preferences } from '../components/header';
import { Loading } from '../components/state';
import { useLive, type Live } from '../live';
import { useSettings } from '../run';
import { define, useNumbers, useWords } from '../words';
import { Curves } from './live/curves';
import { Forming } from './live/forming';

const words = define(
    {
        title: 'Training',
        subject: (live: Live['training'], number: (value: number) => string) =>
            `${number(live.features)} features, ${live.rule}, ${number(live.members)} ${live.members === 1 ? 'member' : 'members'}, λ = ${live.consistency}; ` +
            `learns from ${number(live.images)} images (${live.data}), is evaluated on ${number(live.heldOutImages)} (${live.heldOut}).`,
        progress: 'Progress of the training',
        activity: 'Now',
        activities: {
            starting: 'starting',
            initialising: 'making the first features',
            training: 'training',
            evaluating: 'evaluating',
            reporting: 'drawing figures and writing the report',
            ended: 'ended',
        },
        epoch: 'Epoch',
        step: 'Step',
        of: (value: string, all: string) => `${value} of ${all}`,
        speed: 'Images per second',
        left: 'Time left',
        reinitialised: 'Re-initialised features',
        dead: (isMean: boolean) => `Dead over the last epoch’s steps${isMean ? ', mean over members' : ''}`,
        deadOf: (set: string, isMean: boolean) => `Dead: no image of ${set} activates them${isMean ? ', mean over members' : ''}`,
        finished: 'The training has finished',
        interrupted: 'The training was interrupted',
        failed: 'The training failed',
        mse: 'MSE, held-out images',
        pearson: 'Pearson, held-out images',
        took: 'Time in steps',
        explore: 'Explore the run:',
        ended: 'The program has ended; nothing more will change here.',
        lost: 'The training can’t be reached: its program has ended, or the connection broke. This page goes on trying.',
        hours: (hours: number, minutes: string) => `${hours} h ${minutes} min`,
        minutes: (minutes: number, seconds: string) => `${minutes} min ${seconds} s`,
        seconds: (seconds: number) => `${seconds} s`,
    },
    {
        title: '训练',
        subject: (live, number) =>
            `${number(live.features)} 个特征，${live.rule}，${number(live.members)} 个成员，λ = ${live.consistency}；` +
            `从 ${number(live.images)} 张图像（${live.data}）学习，在 ${number(live.heldOutImages)} 张图像（${live.heldOut}）上评估。`,
        progress: '训练进度',
        activity: '现在',
        activities: {
            starting: '正在开始',
            initialising: '生成初始特征',
            training: '训练中',
            evaluating: '评估中',
            reporting: '绘制图表并撰写报告',
            ended: '已结束',
        },
        epoch: '轮',
        step: '步',
        of: (value: string, all: string) => `${value} / ${all}`,
        speed: '每秒图像数',
        left: '剩余时间',
        reinitialised: '重新初始化的特征',
        dead: isMean => `失活（最近一轮的步数内）${isMean ? '，成员平均' : ''}`,
        deadOf: (set, isMean) => `失活：${set} 中没有图像激活它们${isMean ? '（成员平均）' : ''}`,
        finished: '训练已完成',
        interrupted: '训练被中断',
        failed: '训练失败',
        mse: '留出图像的均方误差',
        pearson: '留出图像的皮尔逊相关系数',
        took: '训练步用时',
        explore: '探索这次运行：',
        ended: '程序已结束；这里不会再有变化。',
        lost: '无法连接到训练：程序已结束，或连接中断。本页会继续尝试。',
        hours: (hours: number, minutes: string) => `${hours} 小时 ${minutes} 分`,
        minutes: (minutes: number, seconds: string) => `${minutes} 分 ${seconds} 秒`,
        seconds: (seconds: number) => `${seconds} 秒`,
    },
);

/** A training while it runs. */
export function LiveView() {
    const text = useWords(words);
    const [{ from }] = useSettings({ from: '' });
    const live = useLive(from);
    return (
        <>
            <header class="header">
                <span class="brand">
                    <img src="/icon.svg" alt="" width="24" height="24" />
                    <span>{live?.training.name ?? 'Tangram'}</span>
                </span>
                <div class="header-tools live-tools">
                    <Preferences />
                </div>
            </header>
            <main id="content" class="page">
                <h1>{text.title}</h1>
                {live ? <Shown live={live} /> : <Loading />}
            </main>
        </>
    );
}

function Shown({ live }: { live: Live }) {
    const text = useWords(words, live.training.isImage);
    const { count, percent } = useNumbers();
    const duration = useDuration();
    const { standing, training, points } = live;
    const done = standing.steps > 0 ? standing.step / standing.steps : 0;
    useEffect(() => {
        document.title = `${percent(done, 2)} · ${training.name} · Tangram`;
    }, [done, training.name]);
    return (
        <>
            <p class="intro">{text.subject(training, count)}</p>
            <Ending live={live} />
            <progress class="progress" max={1} value={done} aria-label={text.progress} />
            <dl class="figures">
                <Figure name={text.activity} value={text.activities[standing.activity]} />
                <Figure name={text.epoch} value={text.of(count(standing.epoch), count(standing.epochs))} />
                <Figure name={text.step} value={text.of(count(standing.step), count(standing.steps))} />
                <Figure name={text.speed} value={standing.imagesPerSecond === null ? '–' : count(Math.round(standing.imagesPerSecond))} />
                <Figure name={text.left} value={duration(standing.remainingSeconds)} />
                <Figure name={text.dead(training.members > 1)} value={points.length > 0 ? count(Math.round(points.at(-1)!.dead)) : '–'} />
                <Figure name={text.reinitialised} value={count(standing.reinitialised)} />
            </dl>
            <Curves points={points} evaluations={live.evaluations} isImage={training.isImage} />
            <Forming
                features={live.features}
                total={training.features}
                epochSteps={standing.epochs > 0 ? Math.round(standing.steps / standing.epochs) : 0}
            />
        </>
    );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
    <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
    </div>
);

/** How it ended, once it has; and where nobody answers any more. */
function Ending({ live: { training, end, isLast, isLost } }: { live: Live }) {
    const text = useWords(words, training.isImage);
    const { count, number, percent } = useNumbers();
    const duration = useDuration();
    return (
        <div role="status">
            {end && (
                <div class={end.outcome === 'finished' ? 'panel' : 'failure'}>
                    <h2>{text[end.outcome]}</h2>
                    {end.message && <p>{end.message}</p>}
                    {end.outcome === 'finished' && (
                        <dl class="figures">
                            <Figure name={text.mse} value={number(end.mse, 4)} />
                            <Figure name={text.pearson} value={number(end.pearson, 4)} />
                            <Figure
                                name={text.deadOf(`${training.heldOut} (${count(training.heldOutImages)})`, training.members > 1)}
                                value={end.deadShare === null ? '–' : `${percent(end.deadShare)} (${number(end.deadShare * training.features, 4)})`}
                            />
                            <Figure name={text.took} value={duration(end.stepSeconds)} />
                        </dl>
                    )}
                    {end.command && (
                        <p>
                            {text.explore} <code>{end.command}</code>
                        </p>
                    )}
                </div>
            )}
            {isLast ? <p class="note">{text.ended}</p> : isLost && <p class="failure">{text.lost}</p>}
        </div>
    );
}

function useDuration() {
    const text = useWords(words);
    return (seconds: number | null): string => {
        if (seconds === null) return '–';
        const whole = Math.round(seconds);
        const two = (value: number) => String(value).padStart(2, '0');
        if (whole >= 3600) return text.hours(Math.floor(whole / 3600), two(Math.floor((whole % 3600) / 60)));
        return whole >= 60 ? text.minutes(Math.floor(whole / 60), two(whole % 60)) : text.seconds(whole);
    };
}
