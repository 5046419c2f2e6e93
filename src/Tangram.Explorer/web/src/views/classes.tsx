import { Page } from '../components/page';
import { useRun, useSettings } from '../run';
import '../styles/classes.css';
import { define, useWords } from '../words';
import { ClassTable } from './classes/class-table';
import { Difference } from './classes/difference';
import { OneClass } from './classes/one-class';

const words = define(
    {
        title: 'Classes',
        intro: 'Which features are typical of a class: more often active for its images than for others.',
        noLabels: (data: string) => `The images of ${data} have no labels, so there are no classes to compare.`,
        unknown: 'There is no such class; choose one.',
        class: 'Class',
        all: 'all classes',
        other: 'Compare with',
        none: 'none',
        swap: 'Swap',
        against: (one: string, other: string) => `Class ${one} against ${other}`,
    },
    {
        title: '类别',
        intro: '哪些特征是某个类别的典型特征：它们对该类图像比对其他图像更常激活。',
        noLabels: data => `${data} 的图像没有标签，因此没有可比较的类别。`,
        unknown: '没有这个类别；请选择一个。',
        class: '类别',
        all: '全部类别',
        other: '与之比较',
        none: '无',
        swap: '交换',
        against: (one, other) => `类别 ${one} 与 ${other} 对比`,
    },
);

/** All classes, one of them, or two against each other, as the address says. */
export function ClassesView() {
    const text = useWords(words);
    const run = useRun();
    const [{ class: chosen, other }, change] = useSettings({ class: '', other: '' });
    if (run.classes.length === 0)
        return (
            <Page title={text.title}>
                <p>{text.noLabels(run.data)}</p>
            </Page>
        );
    const names = run.classes;
    const known = (label: string) => label !== '' && names[Number(label)] !== undefined;
    const compared = known(chosen) && known(other) && chosen !== other;
    const options = names.map((name, label) => (
        <option key={label} value={String(label)}>
            {name}
        </option>
    ));
    return (
        <Page
            title={compared ? text.against(names[+chosen]!, names[+other]!) : known(chosen) ? `${text.class} ${names[+chosen]}` : text.title}
            intro={text.intro}
        >
            <div class="controls">
                <label>
                    {text.class}
                    <select value={known(chosen) ? chosen : ''} onChange={event => change({ class: event.currentTarget.value, other: '' }, true)}>
                        <option value="">{text.all}</option>
                        {options}
                    </select>
                </label>
                {known(chosen) && (
                    <>
                        <label>
                            {text.other}
                            <select value={compared ? other : ''} onChange={event => change({ other: event.currentTarget.value }, true)}>
                                <option value="">{text.none}</option>
                                {options.filter((_, label) => label !== Number(chosen))}
                            </select>
                        </label>
                        {compared && (
                            <button type="button" onClick={() => change({ class: other, other: chosen }, true)}>
                                <span aria-hidden="true">⇄</span> {text.swap}
                            </button>
                        )}
                    </>
                )}
            </div>
            {chosen !== '' && !known(chosen) && <p role="alert">{text.unknown}</p>}
            {compared ? (
                <Difference label={Number(chosen)} other={Number(other)} />
            ) : known(chosen) ? (
                <OneClass label={Number(chosen)} />
            ) : (
                <ClassTable />
            )}
        </Page>
    );
}
