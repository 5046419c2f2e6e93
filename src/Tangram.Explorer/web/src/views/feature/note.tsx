import { useState } from 'preact/hooks';
import { answer, client, ProblemError, type Answers, type Problem } from '../../api';
import { Failure } from '../../components/state';
import { rename } from '../../features';
import { problemOf } from '../../load';
import { problemSayings } from '../../problems';
import { useMember } from '../../run';
import { Told } from '../../told';
import { define, useWords } from '../../words';

const words = define(
    {
        title: 'Your name and note',
        name: 'Name',
        namePlaceholder: 'What would you call it?',
        note: 'Note',
        save: 'Save',
        remove: 'Delete',
        saved: 'Kept in the run.',
        removed: 'Deleted.',
        earlier: 'You said this of a feature with the same number when the folder held another model:',
        use: 'Use it again',
        changed: 'Meanwhile it was changed elsewhere, in another tab or by somebody else. It now says:',
        nothing: 'nothing',
        take: 'Take that',
        replace: 'Replace it with mine',
    },
    {
        title: '你的命名和笔记',
        name: '名称',
        namePlaceholder: '你会怎么称呼它？',
        note: '笔记',
        save: '保存',
        remove: '删除',
        saved: '已保存到该运行。',
        removed: '已删除。',
        earlier: '该文件夹存放另一个模型时，你曾对同编号的特征写道：',
        use: '再次使用',
        changed: '在此期间，它已在别处（另一个标签页，或由他人）被修改。现在的内容是：',
        nothing: '无',
        take: '采用该内容',
        replace: '用我的替换',
    },
);

type Note = Answers['NoteAnswer'];

interface NoteEditorProps {
    feature: Answers['FeatureAnswer'];
    onKept: (note: Note) => void;
}

/** A name and a note, edited in place. Kept by the button, by Enter in the name, and when one goes on elsewhere. */
export function NoteEditor({ feature, onKept }: NoteEditorProps) {
    const text = useWords(words);
    const member = useMember();
    const [kept, setKept] = useState<Note>(feature.note);
    const [now, setNow] = useState<Note>(feature.note);
    const [said, setSaid] = useState('');
    const [problem, setProblem] = useState<Problem>();
    const [theirs, setTheirs] = useState<Note>(); // kept elsewhere since this one was shown
    const isChanged = now.name !== kept.name || now.note !== kept.note;
    const hasNote = kept.name !== '' || kept.note !== '';
    const params = { path: { member, feature: feature.feature } };
    const address = '/api/members/{member}/features/{feature}/note';

    const keep = async (wanted: Note, was: Note, words: string) => {
        try {
            const note = await answer(client.PUT(address, { params, body: { ...wanted, was } }));
            setKept(note);
            setTheirs(undefined);
            setNow(old => (old === now ? note : old)); // what was typed meanwhile stays
            setSaid(words);
            setProblem(undefined);
            rename(member, feature.feature, note.name);
            onKept(note);
        } catch (error) {
            setSaid('');
            const other = error instanceof ProblemError && error.problem.status === 409 ? await keptElsewhere() : undefined;
            setTheirs(other);
            setProblem(other ? undefined : problemOf(error));
        }
    };
    /** What is kept now; undefined where that can't be had, or is what was shown. */
    const keptElsewhere = async () => {
        try {
            const { note } = await answer(client.GET('/api/members/{member}/features/{feature}', { params }));
            return note.name === kept.name && note.note === kept.note ? undefined : note;
        } catch {
            return undefined; // the first problem is shown
        }
    };
    const save = () => isChanged && !theirs && keep(now, kept, text.saved);
    const take = () => {
        setKept(theirs!);
        setNow(theirs!);
        setTheirs(undefined);
        rename(member, feature.feature, theirs!.name);
        onKept(theirs!);
    };
    const change = (changed: Partial<Note>) => {
        setSaid('');
        setNow({ ...now, ...changed });
    };

    return (
        <section aria-labelledby="note-title">
            <h2 id="note-title">{text.title}</h2>
            {feature.notesProblem && (
                <p class="failure">
                    <Told text={feature.notesProblem} sayings={problemSayings} />
                </p>
            )}
            {feature.earlier && !hasNote && (
                <div class="note-earlier">
                    <p class="note">{text.earlier}</p>
                    <p>
                        <strong>{feature.earlier.name}</strong>
                        {feature.earlier.name && feature.earlier.note && '\n'}
                        {feature.earlier.note}
                    </p>
                    <button type="button" onClick={() => change(feature.earlier!)}>
                        {text.use}
                    </button>
                </div>
            )}
            <form
                class="note-form"
                onSubmit={event => {
                    event.preventDefault();
                    void save();
                }}
                onFocusOut={event => !event.currentTarget.contains(event.relatedTarget as Node | null) && void save()}
            >
                <label>
                    {text.name}
                    <input
                        type="text"
                        name="name"
                        maxLength={80}
                        autocomplete="off"
                        placeholder={text.namePlaceholder}
                        value={now.name}
                        onInput={event => change({ name: event.currentTarget.value })}
                    />
                </label>
                <label>
                    {text.note}
                    <textarea name="note" rows={3} maxLength={4000} value={now.note} onInput={event => change({ note: event.currentTarget.value })} />
                </label>
                <div class="counted">
                    <button type="submit" disabled={!isChanged || theirs !== undefined}>
                        {text.save}
                    </button>
                    {hasNote && (
                        <button type="button" onClick={() => keep({ name: '', note: '' }, kept, text.removed)}>
                            {text.remove}
                        </button>
                    )}
                    <span role="status">{said}</span>
                </div>
            </form>
            {theirs && (
                <div class="note-earlier" role="alert">
                    <p class="note">{text.changed}</p>
                    <p>
                        <strong>{theirs.name}</strong>
                        {theirs.name && theirs.note && '\n'}
                        {theirs.note || (theirs.name ? '' : text.nothing)}
                    </p>
                    <button type="button" onClick={take}>
                        {text.take}
                    </button>
                    <button type="button" onClick={() => keep(now, theirs, text.saved)}>
                        {text.replace}
                    </button>
                </div>
            )}
            {problem && <Failure problem={problem} />}
        </section>
    );
}
