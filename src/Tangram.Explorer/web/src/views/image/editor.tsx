import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { answer, client, imagePicture, type Answers, type FeatureRow } from '../../api';
import { Comparison } from '../../components/comparison';
import { Section } from '../../components/page';
import { SimilarImages } from '../../components/similar';
import { Failure } from '../../components/state';
import { useLatest } from '../../latest';
import { useMember, useRun, useSettings } from '../../run';
import { define, useNumbers, useWords } from '../../words';
import { Cards } from './cards';
import { Curve } from './curve';
import * as edits from './edit';
import { HeatMap } from './heat-map';
import { Picker } from './picker';

const words = define(
    {
        code: 'Code',
        codeNote:
            'Each active feature with its activation: blue below zero, orange above. Move a slider, or switch a feature off; the reconstruction follows.',
        empty: 'This image activates no feature: its code is empty. Add some.',
        order: 'Order',
        contribution: 'by contribution',
        number: 'by number',
        reset: 'Reset',
        changes: (count: number) => (count === 1 ? '1 change' : `${count} changes`),
        long: 'This edit is too long for the page’s address; a link to it won’t reproduce it.',
        features: 'Features used',
        featuresOf: (first: number, all: number) => `${first} of ${all}`,
        featuresNote: 'The first n features in order of contribution: |activation| × norm of the feature’s decoder row, the largest first.',
        heat: 'Heat map',
        heatNote: 'All features in the order of their numbers, those of the code coloured. Point at a cell, or move with the arrow keys.',
        similar: 'Similar images',
        similarNote: 'Images of the set whose codes have the largest cosines to this one.',
        likeEdit: 'Images like this edit',
        likeEditNote: 'Images whose codes are most like the edited one.',
    },
    {
        code: '编码',
        codeNote: '每个激活的特征及其激活值：蓝色为负，橙色为正。移动滑块或关闭特征，重建会随之变化。',
        empty: '此图像没有激活任何特征：编码为空。可以添加一些。',
        order: '排序',
        contribution: '按贡献',
        number: '按编号',
        reset: '重置',
        changes: (count: number) => `${count} 处修改`,
        long: '此修改过长，无法写入页面地址；链接无法重现它。',
        features: '使用的特征数',
        featuresOf: (first: number, all: number) => `${first} / ${all}`,
        featuresNote: '按贡献从大到小的前 n 个特征；贡献 = |激活| × 特征解码器行的范数。',
        heat: '热图',
        heatNote: '按编号排列的全部特征，编码中的特征带颜色。指向单元格，或用方向键移动。',
        similar: '相似图像',
        similarNote: '编码与此图像余弦相似度最大的图像。',
        likeEdit: '与此修改相似的图像',
        likeEditNote: '编码与修改后的编码最相似的图像。',
    },
);

/** Milliseconds without a change, and with no hand on a slider, after which an edit is a step of the history, which back undoes. */
const settled = 300;

export function Editor({ of, features }: { of: Answers['ImageAnswer']; features: readonly FeatureRow[] }) {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const [settings, change] = useSettings({ edit: '', off: '', first: '', order: 'contribution' });
    const [state, setState] = useState(() => ({
        edit: edits.read(settings, run.features),
        first: settings.first === '' ? undefined : Number(settings.first),
    }));
    const { edit, first } = state;
    const code = of.decoded.code;
    const asked = useMemo(() => edits.applied(edit, code), [edit, code]);
    const path = { params: { path: { member } } };
    const decoding = useLatest((body: Answers['CodeRequest']) => answer(client.POST('/api/members/{member}/decode', { ...path, body })));
    const likeEdit = useLatest((body: Answers['CodeRequest']) => answer(client.POST('/api/members/{member}/similar', { ...path, body })));

    const isFirst = useRef(true);
    const isHeld = useHeld();
    const address = edits.written(edit);
    const firstSetting = first === undefined ? '' : String(first);
    const ours = `${address?.edit ?? ''} ${address?.off ?? ''} ${firstSetting}`;
    const inAddress = `${settings.edit} ${settings.off} ${settings.first}`;
    useEffect(() => {
        if (!isFirst.current || edits.isEdited(edit) || first !== undefined)
            decoding.send({ ...asked, image: of.image, ...(first === undefined ? {} : { first }) });
        isFirst.current = false;
    }, [state]);
    useEffect(() => {
        if (isHeld) return undefined;
        const timer = setTimeout(() => {
            if (inAddress !== ours) change({ ...(address ?? { edit: '', off: '' }), first: firstSetting }, true);
        }, settled);
        return () => clearTimeout(timer);
    }, [state, isHeld]);
    // Back and forward lead to other edits: so back undoes one.
    const seen = useRef(inAddress);
    useEffect(() => {
        if (seen.current !== inAddress && inAddress !== ours)
            setState({ edit: edits.read(settings, run.features), first: settings.first === '' ? undefined : Number(settings.first) });
        seen.current = inAddress;
    }, [inAddress]);

    const setEdit = (next: edits.Edit) => setState(old => ({ ...old, edit: next }));
    const shown = decoding.value ?? of.decoded;
    const all = asked.features.length;
    const used = Math.min(first ?? all, all);
    const names = useMemo(() => new Map(features.map(one => [one.feature, one])), [features]);
    const add = (feature: number) =>
        setEdit(edits.withActivation(edits.withSwitch(edit, feature, true), feature, names.get(feature)?.meanActivation || 1));
    const changes = new Set([...edit.activations.keys(), ...edit.off]).size;

    return (
        <>
            <div class="editor">
                <div class="editor-pictures">
                    <Comparison
                        original={imagePicture(run, of.image)}
                        decoded={of.decoded}
                        edited={shown}
                        active={used}
                        {...(of.class === null ? {} : { label: run.classes[of.class] })}
                    />
                    <Count first={used} all={all} onChange={value => setState(old => ({ ...old, first: value >= all ? undefined : value }))} />
                    {shown.comparison && <Curve comparison={shown.comparison} first={used} />}
                    {decoding.problem && <Failure problem={decoding.problem} />}
                </div>
                <div class="editor-code">
                    <section>
                        <h2>{text.code}</h2>
                        <p class="note">{code.length === 0 ? text.empty : text.codeNote}</p>
                        <div class="controls">
                            <label>
                                {text.order}
                                <select value={settings.order} onChange={event => change({ order: event.currentTarget.value })}>
                                    <option value="contribution">{text.contribution}</option>
                                    <option value="number">{text.number}</option>
                                </select>
                            </label>
                            <button type="button" disabled={changes === 0} onClick={() => setEdit(edits.noEdit)}>
                                {text.reset}
                            </button>
                            <span class="note" role="status">
                                {changes > 0 && text.changes(changes)}
                            </span>
                        </div>
                        {!address && <p class="note">{text.long}</p>}
                        <h3>{text.heat}</h3>
                        <p class="note">{text.heatNote}</p>
                        <HeatMap
                            features={run.features}
                            code={asked}
                            rows={names}
                            onAdd={add}
                            onRemove={feature => setEdit(removed(edit, feature, code))}
                        />
                        <Picker features={features} taken={new Set([...code.map(one => one.feature), ...edit.activations.keys()])} onPick={add} />
                        <Cards code={code} edit={edit} onChange={setEdit} rows={names} byNumber={settings.order === 'number'} />
                    </section>
                </div>
            </div>
            <Section title={text.similar} note={text.similarNote}>
                <SimilarImages images={of.similar} />
            </Section>
            <Section title={text.likeEdit} note={text.likeEditNote}>
                <p>
                    <button type="button" disabled={changes === 0} onClick={() => likeEdit.send({ ...asked, image: of.image })}>
                        {text.likeEdit}
                    </button>
                </p>
                {likeEdit.problem && <Failure problem={likeEdit.problem} />}
                {likeEdit.value && <SimilarImages images={likeEdit.value} />}
            </Section>
        </>
    );
}

/** A feature of the code's own is switched off, an added one goes. */
const removed = (edit: edits.Edit, feature: number, code: readonly edits.ActiveFeature[]) =>
    code.some(one => one.feature === feature) ? edits.withSwitch(edit, feature, false) : edits.without(edit, feature);

/** Whether a finger or a button of the mouse is down. */
function useHeld(): boolean {
    const [isHeld, setHeld] = useState(false);
    useEffect(() => {
        const [down, up] = [() => setHeld(true), () => setHeld(false)];
        addEventListener('pointerdown', down);
        addEventListener('pointerup', up);
        addEventListener('pointercancel', up);
        return () => {
            removeEventListener('pointerdown', down);
            removeEventListener('pointerup', up);
            removeEventListener('pointercancel', up);
        };
    }, []);
    return isHeld;
}

function Count({ first, all, onChange }: { first: number; all: number; onChange: (first: number) => void }) {
    const text = useWords(words);
    const { count } = useNumbers();
    return (
        <label class="editor-count" title={text.featuresNote}>
            <span>
                {text.features}: <strong>{text.featuresOf(first, all)}</strong>
            </span>
            <input
                type="range"
                min="0"
                max={all}
                step="1"
                value={first}
                aria-valuetext={`${count(first)} / ${count(all)}`}
                onInput={event => onChange(event.currentTarget.valueAsNumber)}
            />
            <span class="note">{text.featuresNote}</span>
        </label>
    );
}
