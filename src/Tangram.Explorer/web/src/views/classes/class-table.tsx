import { answer, client } from '../../api';
import { heat, HeatScale } from '../../components/heat';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { FeatureTile } from '../../components/tile';
import { useLoadedOf } from '../../load';
import { address, useMember, useRun, useSettings } from '../../run';
import '../../styles/heat.css';
import { useTheme } from '../../theme';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        title: 'Classes and their key features',
        note: (keys: number) =>
            `Each class’s ${keys === 1 ? 'most typical feature' : `${keys} most typical features`}, side by side. A class leads to its page, a feature to its own.`,
        shown: (shown: string, all: string) => `The first ${shown} of ${all} key features are shown.`,
        none: 'No feature is typical of any class: none is active for at least 20 images, and more often for one class than elsewhere by more than chance may be.',
        colour: 'Colour shows',
        frequency: 'share of the class’s images that activate the feature',
        score: 'score: (share in the class − share elsewhere) × mean activation',
        keys: 'Key features of each class',
        numbers: 'Show numbers',
        class: 'Class',
        empty: 'no images',
    },
    {
        title: '各类别及其关键特征',
        note: keys => `并列显示每个类别最典型的 ${keys} 个特征。点击类别或特征可进入各自的页面。`,
        shown: (shown, all) => `显示了 ${all} 个关键特征中的前 ${shown} 个。`,
        none: '没有任何类别的典型特征：没有特征被至少 20 幅图像激活且在某一类中更常见并超出偶然。',
        colour: '颜色表示',
        frequency: '该类图像中激活此特征的比例',
        score: '得分：（类内比例 − 其他比例）× 平均激活值',
        keys: '每个类别的关键特征数',
        numbers: '显示数值',
        class: '类别',
        empty: '没有图像',
    },
);

const choices = ['1', '2', '4', '8', '16'];

/** Class × key feature, as a heat map that is a table: its numbers can be shown, and are always said. */
export function ClassTable() {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const [theme] = useTheme();
    const run = useRun();
    const member = useMember();
    const [settings, change] = useSettings({
        colour: 'frequency',
        keys: run.classes.length > 40 ? '1' : run.classes.length > 12 ? '2' : '4',
        numbers: '',
    });
    const keys = choices.includes(settings.keys) ? Number(settings.keys) : 4;
    const classes = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/classes', { params: { path: { member }, query: { keys } }, signal })),
        [keys],
    );
    const scored = settings.colour === 'score';
    return (
        <Section title={text.title} note={text.note(keys)}>
            <div class="controls">
                <label>
                    {text.colour}
                    <select value={scored ? 'score' : 'frequency'} onChange={event => change({ colour: event.currentTarget.value })}>
                        <option value="frequency">{text.frequency}</option>
                        <option value="score">{text.score}</option>
                    </select>
                </label>
                <label>
                    {text.keys}
                    <select value={String(keys)} onChange={event => change({ keys: event.currentTarget.value })}>
                        {choices.map(choice => (
                            <option key={choice}>{choice}</option>
                        ))}
                    </select>
                </label>
                <button
                    type="button"
                    aria-pressed={settings.numbers === 'yes'}
                    onClick={() => change({ numbers: settings.numbers === 'yes' ? '' : 'yes' })}
                >
                    {text.numbers}
                </button>
            </div>
            <Await of={classes}>
                {({ classes: rows, features, keyFeatures }) => {
                    if (features.length === 0) return <p>{text.none}</p>;
                    const limit = scored ? Math.max(1e-9, ...rows.map(row => Math.max(...row.score.map(Math.abs)))) : 1;
                    const show = (value: number) => (scored ? number(value, 2) : percent(value, 2));
                    return (
                        <>
                            <p>
                                <HeatScale
                                    theme={theme}
                                    low={scored ? number(-limit, 2) : '0 %'}
                                    high={scored ? number(limit, 2) : '100 %'}
                                    lowest={scored ? -1 : 0}
                                />
                            </p>
                            {keyFeatures > features.length && <p class="note">{text.shown(count(features.length), count(keyFeatures))}</p>}
                            <div class="scroll class-table" tabIndex={0} role="region" aria-label={text.title}>
                                <table class="heat">
                                    <thead>
                                        <tr>
                                            <th scope="col">{text.class}</th>
                                            {features.map(({ feature, name }) => (
                                                <th key={feature} scope="col">
                                                    <FeatureTile feature={feature} name={name} size={40} />
                                                </th>
                                            ))}
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {rows.map((row, label) => (
                                            <tr key={label}>
                                                <th scope="row">
                                                    <a href={address('/classes', member, { class: label })} title={row.name}>
                                                        {row.name}
                                                    </a>
                                                    {row.images === 0 && <span class="note"> ({text.empty})</span>}
                                                </th>
                                                {(scored ? row.score : row.frequency).map((value, column) => (
                                                    <td
                                                        key={column}
                                                        style={heat(theme, value / limit)}
                                                        title={`${row.name} · ${features[column]!.feature}: ${show(value)}`}
                                                    >
                                                        <span class={settings.numbers === 'yes' ? undefined : 'visually-hidden'}>{show(value)}</span>
                                                    </td>
                                                ))}
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </div>
                        </>
                    );
                }}
            </Await>
        </Section>
    );
}
