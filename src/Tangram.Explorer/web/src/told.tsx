import { useContext } from 'preact/hooks';
import { ofRows } from './rows';
import { RunContext } from './run';
import { useLanguage } from './words';

/** Sentences of the server, whole or as patterns, and what they say in Chinese: $1 is a part as it is, {1} a part that is looked up in turn. */
export type Sayings = readonly (readonly [RegExp | string, string])[];

const ideographs = /[\u4e00-\u9fff]/;
const englishWord = /[A-Za-z]{2,}/;
const everywhere = /\b(MSE|SSIM|PSNR|dB|Pearson|FVU)\b/g; // the same in both languages

/** The Chinese of an English sentence; undefined where there is none. */
export function inChinese(text: string, sayings: Sayings, isImage = true): string | undefined {
    for (const [pattern, said] of sayings) {
        const parts = typeof pattern !== 'string' ? pattern.exec(text) : pattern === text ? [text] : null;
        if (parts)
            return (isImage ? said : ofRows(said)).replace(/\$(\d)|\{(\d)\}/g, (_, whole: string, looked: string) =>
                whole ? (parts[+whole] ?? '') : (inChinese(parts[+looked] ?? '', sayings, isImage) ?? parts[+looked] ?? ''),
            );
    }
    return englishWord.test(text.replace(everywhere, '')) ? undefined : text;
}

/** A sentence of the server: in the reader's language where the page knows it, else in English and marked so, for those who listen. */
export function Told({ text, sayings }: { text: string; sayings: Sayings }) {
    const [language] = useLanguage();
    const run = useContext(RunContext) as { isImage: boolean } | undefined;
    if (language === 'en' || ideographs.test(text)) return <>{text}</>;
    const said = inChinese(text, sayings, run?.isImage ?? true);
    return said === undefined ? <span lang="en">{text}</span> : <>{said}</>;
}
