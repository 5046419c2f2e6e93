/*
 * Texts are written of images. Where a model learned from rows of numbers, the same texts say so: one rule for all of them, so that no view is forgotten.
 * What is put into a text, such as the name of a set, stays as it is.
 */
const english: readonly [RegExp, string][] = [
    [/\bAn image/g, 'A row'],
    [/\ban image/g, 'a row'],
    [/\bImage/g, 'Row'],
    [/\bimage/g, 'row'],
    [/\bpixel/g, 'number'],
];

const chinese: readonly [RegExp, string][] = [
    [/[幅张]图像/g, '行数据'],
    [/图像/g, '数据行'],
    [/[幅张]/g, '行'],
    [/像素/g, '数值'],
    [/原图/g, '原行'],
];

const rules = [...english, ...chinese];
const kept = new RegExp(rules.map(([pattern]) => pattern.source).join('|'));
const firstMark = 0xe000; // private use: in no text

const said = (text: string) => rules.reduce((so, [pattern, instead]) => so.replace(pattern, instead), text);

/** A function's text, with what was put into it as it was. */
function saidWith(given: (...values: unknown[]) => unknown) {
    return (...values: unknown[]) => {
        const marked = values.map((value, place) => (typeof value === 'string' && kept.test(value) ? String.fromCharCode(firstMark + place) : value));
        const text = ofRows(given(...marked));
        if (typeof text !== 'string') return text;
        return marked.reduce<string>(
            (so, mark, place) => (mark === values[place] ? so : so.replaceAll(mark as string, values[place] as string)),
            text,
        );
    };
}

/** The same words, of rows. */
export function ofRows<W>(words: W): W {
    if (typeof words === 'string') return said(words) as W;
    if (typeof words === 'function') return saidWith(words as never) as W;
    if (Array.isArray(words)) return words.map(ofRows) as W;
    return words !== null && typeof words === 'object'
        ? (Object.fromEntries(Object.entries(words).map(([key, value]) => [key, ofRows(value)])) as W)
        : words;
}
