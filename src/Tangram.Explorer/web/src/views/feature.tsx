import { useLocation, useRoute } from 'preact-iso';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { answer, client, type Answers, type FeatureRow } from '../api';
import { Page } from '../components/page';
import { Await, Failure } from '../components/state';
import { useDead } from '../dead';
import { useFeatures } from '../features';
import { useLoadedOf } from '../load';
import { address, useMember, useRun, useSettings } from '../run';
import '../styles/features.css';
import { define, useWords } from '../words';
import { ClassShares } from './feature/classes';
import { Examples } from './feature/examples';
import { Facts } from './feature/facts';
import { Histogram } from './feature/histogram';
import { NoteEditor } from './feature/note';
import { Matched } from './feature/origin';
import { FeaturePicture } from './feature/picture';
import { Relatives } from './feature/relatives';
import { Removal } from './feature/removal';
import { select, usualSelection } from './features/selection';

const words = define(
    {
        title: (number: number | string) => `Feature ${number}`,
        gallery: 'All features',
        back: 'Back to the gallery',
        previous: 'Previous',
        next: 'Next',
        keys: 'The arrow keys ← and → do the same.',
        dead: (why: string) => `This feature is dead: ${why}. It has weights, but nothing more to show.`,
    },
    {
        title: (number: number | string) => `特征 ${number}`,
        gallery: '所有特征',
        back: '返回图库',
        previous: '上一个',
        next: '下一个',
        keys: '方向键 ← 和 → 作用相同。',
        dead: (why: string) => `此特征已失活：${why}。它有权重，但没有更多可展示的内容。`,
    },
);

// The gallery names its sorting when it leads here; without one, features follow each other by number.
const usual = { ...usualSelection, sort: '', look: '' };

export function FeatureView() {
    const text = useWords(words);
    const member = useMember();
    const given = useRoute().params['feature'] ?? '';
    const number = numberOf(given);
    const feature = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/features/{feature}', { params: { path: { member, feature: number } }, signal })),
        [number],
    );
    const shown = feature.value;
    const [renamed, setRenamed] = useState<{ key: string; name: string }>();
    const key = `${member}/${number}`;
    const name = renamed?.key === key ? renamed.name : shown?.feature === number ? shown.note.name : '';
    return (
        <Page title={name ? `${text.title(given)}: ${name}` : text.title(given)}>
            <Way feature={number} />
            <Matched key={key} feature={number} />
            {feature.problem ? (
                <Failure problem={feature.problem} />
            ) : (
                <Await of={feature}>
                    {of => (
                        <Feature
                            key={`${member}/${of.feature}`}
                            feature={of}
                            onRenamed={changed => setRenamed({ key: `${member}/${of.feature}`, name: changed })}
                        />
                    )}
                </Await>
            )}
        </Page>
    );
}

/** The number that an address gives; −1, which no feature has, where it gives none. */
const numberOf = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : -1);

/** To the gallery, and to the features before and after in its order. */
function Way({ feature }: { feature: number }) {
    const text = useWords(words);
    const member = useMember();
    const { route } = useLocation();
    const [{ look, ...selection }] = useSettings(usual);
    const rows = useFeatures(member).value;
    const addressOf = (other: number | undefined) =>
        other === undefined ? undefined : address(`/features/${other}`, member, { ...selection, look });
    const around = (of: number) => (rows ? neighboursOf(of, rows, selection).map(addressOf) : []);
    const [previous, next] = around(feature);
    const latest = useRef(around);
    latest.current = around;
    // Before the page is painted: an effect that waits for that loses a key pressed as soon as the page is seen.
    useLayoutEffect(() => {
        const pressed = (event: KeyboardEvent) => {
            const isField = (event.target as HTMLElement).closest?.('input, textarea, select, [contenteditable]');
            const place = ['ArrowLeft', 'ArrowRight'].indexOf(event.key);
            if (place < 0 || isField || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            // From where the address is, which is ahead of what is drawn when keys come fast.
            const to = latest.current(numberOf(location.pathname.split('/').at(-1)!))[place];
            if (to !== undefined) route(to, true); // going through many shall not bury in the history where one came from
        };
        addEventListener('keydown', pressed);
        return () => removeEventListener('keydown', pressed);
    }, [route]);
    const step = (to: string | undefined, label: string) =>
        to === undefined ? (
            <span class="off" aria-disabled="true">
                {label}
            </span>
        ) : (
            <a href={to} title={text.keys}>
                {label}
            </a>
        );
    return (
        <div class="feature-way">
            <a href={address('/features', member, { ...selection, sort: selection.sort === 'frequency' ? '' : selection.sort })}>
                {selection.sort ? text.back : text.gallery}
            </a>
            {step(previous, `← ${text.previous}`)}
            {step(next, `${text.next} →`)}
        </div>
    );
}

function neighboursOf(feature: number, rows: FeatureRow[], selection: Omit<typeof usual, 'look'>): [number | undefined, number | undefined] {
    const order = selection.sort === '' ? rows : select(rows, selection);
    const place = order.findIndex(row => row.feature === feature);
    if (place < 0) return [rows[feature - 1]?.feature, rows[feature + 1]?.feature];
    return [order[place - 1]?.feature, order[place + 1]?.feature];
}

function Feature({ feature, onRenamed }: { feature: Answers['FeatureAnswer']; onRenamed: (name: string) => void }) {
    const text = useWords(words);
    const run = useRun();
    const dead = useDead();
    const isDead = feature.images === 0;
    return (
        <>
            <div class="feature-top">
                <FeaturePicture feature={feature} />
                <div>
                    <Facts feature={feature} />
                    <NoteEditor feature={feature} onKept={note => onRenamed(note.name)} />
                </div>
            </div>
            {isDead ? (
                <p class="intro">{text.dead(dead.it)}</p>
            ) : (
                <>
                    <Examples feature={feature} />
                    <Removal feature={feature.feature} used={feature.images} />
                    <div class="columns">
                        <Histogram histogram={feature.histogram} />
                        {run.classes.length > 0 && <ClassShares classes={feature.classes} />}
                    </div>
                </>
            )}
            <Relatives feature={feature} />
        </>
    );
}
