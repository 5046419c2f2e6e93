import type { Answers } from '../../api';
import { useDead } from '../../dead';
import { kindWords } from '../../kinds';
import { useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        frequency: 'Frequency',
        images: (images: string, all: string) => `${images} of ${all} images`,
        dead: (why: string) => `dead: ${why}`,
        mean: 'Mean activation',
        range: 'Range',
        selectivity: 'Selectivity',
        selectivityNote: 'at least; 0 even over classes … 1 one class only',
        classes: 'Effective classes',
        unrated: 'unrated (fewer than 20 activations)',
        kind: 'Kind',
    },
    {
        frequency: '频率',
        images: (images: string, all: string) => `${all} 张图像中的 ${images} 张`,
        dead: (why: string) => `失活：${why}`,
        mean: '平均激活',
        range: '范围',
        selectivity: '选择性',
        selectivityNote: '下限；0 各类均匀 … 1 仅一类',
        classes: '有效类别数',
        unrated: '未评级（激活少于 20 次）',
        kind: '类型',
    },
);

/** A feature in numbers. */
export function Facts({ feature }: { feature: Answers['FeatureAnswer'] }) {
    const text = useWords(words);
    const kinds = useWords(kindWords);
    const { count, number, percent } = useNumbers();
    const run = useRun();
    const { smallest, largest } = feature.histogram;
    const dead = useDead();
    const isDead = feature.images === 0;
    return (
        <dl class="facts">
            <dt>{text.frequency}</dt>
            <dd>{isDead ? text.dead(dead.it) : `${percent(feature.frequency)} (${text.images(count(feature.images), count(run.images))})`}</dd>
            {!isDead && (
                <>
                    <dt>{text.mean}</dt>
                    <dd>{number(feature.meanActivation)}</dd>
                    <dt>{text.range}</dt>
                    <dd>
                        {number(smallest)} … {number(largest)}
                    </dd>
                </>
            )}
            {!isDead && run.classes.length > 1 && (
                <>
                    <dt>{text.selectivity}</dt>
                    <dd>{feature.selectivity === null ? text.unrated : `${number(feature.selectivity)} (${text.selectivityNote})`}</dd>
                    {feature.effectiveClasses !== null && (
                        <>
                            <dt>{text.classes}</dt>
                            <dd>
                                {number(feature.effectiveClasses)} / {run.classes.length}
                            </dd>
                        </>
                    )}
                </>
            )}
            {feature.kind && (
                <>
                    <dt>{text.kind}</dt>
                    <dd>{kinds[feature.kind]}</dd>
                </>
            )}
        </dl>
    );
}
