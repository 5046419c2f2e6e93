import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
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

/** A view's words in the language that the user reads. */
export const useWords = <W,>(words: Words<W>): W => words[useLanguage()[0]];

/** Numbers as the user reads them. */
export function useNumbers() {
    const locale = useLanguage()[0] === 'zh' ? 'zh-Hans' : 'en';
    return {
        /** 12,345 */
        count: (value: number) => new Intl.NumberFormat(locale).format(value),
        /** Three significant digits. */
        number: (value: number | null | undefined, digits = 3) =>
            value === null || value === undefined ? '–' : new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }).format(value),
        /** .123 → 12.3 % */
        percent: (value: number | null | undefined, digits = 3) =>
            value === null || value === undefined
                ? '–'
                : new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: digits }).format(value),
    };
}
