import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { ofRows } from './rows';
import { RunContext } from './run';
import { stored, store } from './stored';

export type Language = 'en' | 'zh';

/** The words of a view in both languages; the second has the same keys as the first. */
export interface Words<W> {
    en: W;
    zh: W;
}

export const define = <W,>(en: W, zh: NoInfer<W>): Words<W> => ({ en, zh });

const LanguageContext = createContext<[Language, (language: Language) => void]>(['en', () => {}]);

export function LanguageProvider({ children }: { children: ComponentChildren }) {
    const [language, setLanguage] = useState<Language>(() => stored('language', ['en', 'zh']) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'));
    useEffect(() => {
        document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
    }, [language]);
    const change = (chosen: Language) => {
        store('language', chosen);
        setLanguage(chosen);
    };
    return <LanguageContext.Provider value={[language, change]}>{children}</LanguageContext.Provider>;
}

export const useLanguage = () => useContext(LanguageContext);

const wordsOfRows = new WeakMap<object, Words<unknown>>();

/**
 * A view's words in the language that the user reads; of rows, where the run's images are none.
 * @param isImage Where there is no run yet: whether what is learned from are images.
 */
export function useWords<W>(words: Words<W>, isImage?: boolean): W {
    const [language] = useLanguage();
    const run = useContext(RunContext) as { isImage: boolean } | undefined;
    if (isImage ?? run?.isImage ?? true) return words[language];
    let rows = wordsOfRows.get(words) as Words<W> | undefined;
    if (!rows) wordsOfRows.set(words, (rows = ofRows(words))); // one object for each, so that what depends on the words isn't made anew
    return rows[language];
}

/** Smaller numbers have so many zeros that they fit nowhere: 2.2E-16. */
const least = 1e-4;

/** Numbers as the user reads them. */
export function useNumbers() {
    const locale = useLanguage()[0] === 'zh' ? 'zh-Hans' : 'en';
    return {
        /** 12,345 */
        count: (value: number) => new Intl.NumberFormat(locale).format(value),
        /** Three significant digits. */
        number: (value: number | null | undefined, digits = 3) =>
            value === null || value === undefined
                ? '–'
                : new Intl.NumberFormat(locale, {
                      maximumSignificantDigits: digits,
                      notation: value !== 0 && Math.abs(value) < least ? 'scientific' : 'standard',
                  }).format(value),
        /** .123 → 12.3 % */
        percent: (value: number | null | undefined, digits = 3) =>
            value === null || value === undefined
                ? '–'
                : new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: digits }).format(value),
    };
}
