import type { Answers } from '../api';
import { useRun } from '../run';
import { define, useNumbers, useWords } from '../words';

const words = define(
    {
        original: 'Original',
        reconstruction: 'Reconstruction',
        edited: 'Edited',
        error: 'Error',
        errorNote: (limit: string) =>
            `Reconstruction − original: white where they agree, blue too dark, orange too bright, full colour from ±${limit} on.`,
        errorNoteOfRows: (limit: string) =>
            `Reconstruction − original: white where they agree, blue too low, orange too high, full colour from ±${limit} on.`,
        mse: 'MSE',
        pearson: 'Pearson',
        active: 'Active features',
        class: 'Class',
    },
    {
        original: '原图',
        reconstruction: '重建',
        edited: '修改后',
        error: '误差',
        errorNote: (limit: string) => `重建 − 原图：白色表示一致，蓝色偏暗，橙色偏亮，±${limit} 及以上为全色。`,
        errorNoteOfRows: (limit: string) => `重建 − 原图：白色表示一致，蓝色偏低，橙色偏高，±${limit} 及以上为全色。`,
        mse: '均方误差',
        pearson: '皮尔逊相关',
        active: '激活的特征',
        class: '类别',
    },
);

interface ComparisonProps {
    /** The original's address. */
    original: string;
    decoded: Answers['DecodedAnswer'];
    /** What an edited code decodes to, beside what the image's own does; error and figures are this one's, then. */
    edited?: Answers['DecodedAnswer'];
    active: number;
    label?: string | undefined;
}

/** Original, reconstruction, where there may be one its edited form, and error beside each other, and their figures. */
export function Comparison({ original, decoded, edited, active, label }: ComparisonProps) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const { shape, isImage } = useRun();
    const errorNote = isImage ? text.errorNote : text.errorNoteOfRows;
    const comparison = (edited ?? decoded).comparison;
    const picture = (source: string, name: string, title?: string) => (
        <figure title={title}>
            <img class="pixels" src={source} alt={name} style={{ aspectRatio: `${shape.width} / ${shape.height}` }} />
            <figcaption>{name}</figcaption>
        </figure>
    );
    return (
        <>
            <div class={edited ? 'comparison has-edit' : 'comparison'}>
                {picture(original, text.original)}
                {picture(decoded.reconstruction, text.reconstruction)}
                {edited && picture(edited.reconstruction, text.edited)}
                {comparison && picture(comparison.error, text.error, errorNote(number(comparison.limit)))}
                <dl class="facts">
                    <dt>{text.mse}</dt>
                    <dd>{number(comparison?.mse)}</dd>
                    <dt>{text.pearson}</dt>
                    <dd>{number(comparison?.pearson)}</dd>
                    <dt>{text.active}</dt>
                    <dd>{count(active)}</dd>
                    {label !== undefined && (
                        <>
                            <dt>{text.class}</dt>
                            <dd>{label}</dd>
                        </>
                    )}
                </dl>
            </div>
            {comparison && <p class="note">{errorNote(number(comparison.limit))}</p>}
        </>
    );
}
