import { useLocation } from 'preact-iso';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { address, useMember, useRun } from '../run';
import { useTheme } from '../theme';
import { define, useLanguage, useWords } from '../words';
import { MemberSelect } from './member-select';

const words = define(
    {
        skip: 'Skip to content',
        navigation: 'Views',
        overview: 'Overview',
        features: 'Features',
        images: 'Images',
        draw: 'Draw',
        classes: 'Classes',
        map: 'Map',
        members: 'Members',
        light: 'Light theme',
        dark: 'Dark theme',
        otherLanguage: '中文',
    },
    {
        skip: '跳到内容',
        navigation: '视图',
        overview: '概览',
        features: '特征',
        images: '图像',
        draw: '绘制',
        classes: '类别',
        map: '地图',
        members: '成员',
        light: '浅色主题',
        dark: '深色主题',
        otherLanguage: 'English',
    },
);

const views = ['overview', 'features', 'images', 'draw', 'classes', 'map', 'members'] as const;

export function Header() {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const { path } = useLocation();
    const tabs = useRef<HTMLElement>(null);
    const [language] = useLanguage();
    useLayoutEffect(() => {
        // On a narrow page the tabs scroll: the one that one is at shall be in sight.
        const [bar, tab] = [tabs.current!, tabs.current!.querySelector<HTMLElement>('[aria-current]')];
        if (tab) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
    }, [path, language]);
    const shown = views.filter(view => (view !== 'classes' || run.classes.length > 0) && (view !== 'members' || run.members > 1));
    return (
        <header class="header">
            <a class="skip" href="#content">
                {text.skip}
            </a>
            <a class="brand" href={address('/', member)}>
                <img src="/icon.svg" alt="" width="24" height="24" />
                <span title={run.name}>{run.name}</span>
            </a>
            <nav ref={tabs} aria-label={text.navigation}>
                {shown.map(view => {
                    const target = view === 'overview' ? '/' : `/${view}`;
                    const here = view === 'overview' ? path === '/' : path === target || path.startsWith(`${target}/`);
                    return (
                        <a key={view} href={address(target, member)} aria-current={here ? 'page' : undefined}>
                            {text[view]}
                        </a>
                    );
                })}
            </nav>
            <div class="header-tools">
                {run.members > 1 && <MemberSelect />}
                <Preferences />
            </div>
        </header>
    );
}

/** Theme and language, which the browser remembers. */
export function Preferences() {
    const text = useWords(words);
    const [language, setLanguage] = useLanguage();
    const [theme, setTheme] = useTheme();
    return (
        <>
            <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')} title={theme === 'dark' ? text.light : text.dark}>
                <span aria-hidden="true">{theme === 'dark' ? '☀' : '☾'}</span>
                <span class="visually-hidden">{theme === 'dark' ? text.light : text.dark}</span>
            </button>
            <button type="button" lang={language === 'en' ? 'zh-Hans' : 'en'} onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}>
                {text.otherLanguage}
            </button>
        </>
    );
}
