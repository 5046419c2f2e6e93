import { useEffect, useState } from 'preact/hooks';
import { store, stored } from './stored';

export type Theme = 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');
const changed = new EventTarget();

const current = (): Theme => stored('theme', ['light', 'dark']) ?? (dark.matches ? 'dark' : 'light');

/** The theme that the user chose, else the system's; and what changes it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
    const [theme, setTheme] = useState(current);
    useEffect(() => {
        const update = () => setTheme(current());
        dark.addEventListener('change', update);
        changed.addEventListener('change', update);
        return () => {
            dark.removeEventListener('change', update);
            changed.removeEventListener('change', update);
        };
    }, []);
    useEffect(() => {
        document.documentElement.dataset['theme'] = theme;
    }, [theme]);
    const choose = (chosen: Theme) => {
        store('theme', chosen);
        changed.dispatchEvent(new Event('change'));
    };
    return [theme, choose];
}
