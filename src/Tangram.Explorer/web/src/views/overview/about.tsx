import type { Overview } from '../overview';
import { address, useMember, useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        trained: (run: string, preset: string, members: number, images: string, data: string, epochs: number, time: string, device: string) =>
            `${run} is ${members > 1 ? `an ensemble of ${members} sparse autoencoders, its members` : 'a sparse autoencoder'}, trained on ${images} images of ${data} for ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}${time && ` in ${time}`} (preset ${preset}, device ${device}).`,
        unfinished: 'Its training isn’t finished: this is the state of the last checkpoint.',
        alone: (run: string, members: number) =>
            `${run} is ${members > 1 ? `a model of ${members} sparse autoencoders, its members` : 'a sparse autoencoder'}. Only the model was opened, so how it was trained isn’t known here; open the run’s folder to see that.`,
        coded: (shape: string, features: string, active: string, rule: string) =>
            `It describes an image of ${shape} by a code: how strongly each of at most ${active} of its ${features} features is active (${rule}).`,
        feature: 'A feature',
        is: ' is a pattern that it learned, drawn below as a picture; an image is rebuilt by adding up its active features.',
        row: ' is a pattern that it learned; a row is rebuilt by adding up its active features.',
        together: (weight: string) => `The members learned side by side, and were drawn towards the same codes (consistency, λ = ${weight}).`,
        apart: 'The members learned side by side, each on its own (no consistency term).',
        shown: (images: string, data: string) => `All views show ${images} images of ${data}.`,
        pixels: 'pixels',
        numbers: (count: string) => `${count} numbers`,
        steps: (all: string, steps: string) => `${all} in all, of which ${steps} of steps`,
        seconds: (value: string) => `${value} s`,
        minutes: (value: string) => `${value} min`,
        hours: (value: string) => `${value} h`,
    },
    {
        trained: (run, preset, members, images, data, epochs, time, device) =>
            `${run} 是${members > 1 ? `由 ${members} 个稀疏自编码器（成员）组成的集成` : '一个稀疏自编码器'}，用 ${data} 的 ${images} 幅图像训练了 ${epochs} 轮${time && `，用时${time}`}（预设 ${preset}，设备 ${device}）。`,
        unfinished: '训练尚未完成：这里是最近一个检查点的状态。',
        alone: (run, members) =>
            `${run} 是${members > 1 ? `由 ${members} 个稀疏自编码器（成员）组成的模型` : '一个稀疏自编码器'}。这里只打开了模型文件，不知道它的训练经过；请打开运行的文件夹查看。`,
        coded: (shape, features, active, rule) =>
            `它用编码来描述一幅 ${shape} 的图像：${features} 个特征中至多 ${active} 个被激活，编码记录各自的激活值（${rule}）。`,
        feature: '特征',
        is: '是模型学到的一种图案，下面画成图像；把激活的特征叠加起来就重建出图像。',
        row: '是模型学到的一种模式；把激活的特征叠加起来就重建出一行数据。',
        together: weight => `各成员同时训练，并被拉向相同的编码（一致性，λ = ${weight}）。`,
        apart: '各成员同时训练，但互不影响（没有一致性项）。',
        shown: (images, data) => `所有视图展示的是 ${data} 的 ${images} 幅图像。`,
        pixels: '像素',
        numbers: count => `${count} 个数`,
        steps: (all, steps) => `共 ${all}，其中训练步 ${steps}`,
        seconds: value => `${value} 秒`,
        minutes: value => `${value} 分钟`,
        hours: value => `${value} 小时`,
    },
);

/** What this run is, for someone who sees one for the first time. */
export function About({ training }: { training: Overview['training'] }) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const run = useRun();
    const member = useMember();
    const { width, height, channels } = run.shape;
    const time = (seconds: number) =>
        seconds < 120
            ? text.seconds(number(seconds, 2))
            : seconds < 7200
              ? text.minutes(number(seconds / 60, 2))
              : text.hours(number(seconds / 3600, 2));
    const shape = run.isImage ? `${width}×${height}${channels > 1 ? '×3' : ''} ${text.pixels}` : text.numbers(count(run.values));
    return (
        <div class="about">
            <p>
                {training
                    ? text.trained(
                          run.name,
                          training.preset,
                          run.members,
                          count(training.images),
                          training.data,
                          training.epochs,
                          training.seconds ? text.steps(time(training.seconds), time(training.stepSeconds ?? 0)) : '',
                          training.device,
                      )
                    : text.alone(run.name, run.members)}{' '}
                {training && !training.finished && <strong>{text.unfinished} </strong>}
                {text.coded(shape, count(run.features), count(run.mostActive), run.rule)}{' '}
                {training && run.members > 1 && (training.consistency > 0 ? text.together(number(training.consistency)) : text.apart)}
            </p>
            <p>
                <a href={address('/features', member)}>{text.feature}</a>
                {run.isImage ? text.is : text.row} {text.shown(count(run.images), run.data)}
            </p>
        </div>
    );
}
