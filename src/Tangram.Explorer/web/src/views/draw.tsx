import { useEffect, useRef, useState } from 'preact/hooks';
import { answer, client, imagePicture, type Answers, type Problem } from '../api';
import { Page } from '../components/page';
import { Failure } from '../components/state';
import { useLatest } from '../latest';
import { problemOf } from '../load';
import { useMember, useRun, useSettings } from '../run';
import { define, useWords } from '../words';
import type { Drawing } from './draw/drawing';
import { keepDrawing, keptDrawing } from './draw/kept';
import { Pad } from './draw/pad';
import { Result } from './draw/result';
import { Tools, usualTool } from './draw/tools';
import './draw/draw.css';

const words = define(
    {
        title: 'Draw',
        intro: 'Draw something, or give a picture: its code, its reconstruction and similar images follow the stroke.',
        rows: 'This model learned from rows of numbers, not from pictures, so there is nothing to draw.',
        normalise: 'As MNIST’s digits: fit to 20×20 pixels, centred by mass',
        from: 'Start from image',
        load: 'Load',
        upload: 'Choose a picture…',
        drop: 'Or drop a picture here, or paste one.',
        large: 'This file is larger than 16 MB; choose a smaller picture.',
        nothing: 'Nothing drawn yet.',
        missing: (image: string) => `There is no image ${image}.`,
    },
    {
        title: '绘制',
        intro: '画点什么，或提供一幅图片：编码、重建和相似图像会随笔画实时更新。',
        rows: '此模型学习的是数值行而不是图像，所以没有可绘制的内容。',
        normalise: '按 MNIST 数字规范化：缩放到 20×20 像素并按重心居中',
        from: '从图像开始',
        load: '载入',
        upload: '选择图片…',
        drop: '也可以将图片拖到此处，或粘贴。',
        large: '文件大于 16 MB；请选择较小的图片。',
        nothing: '尚未绘制。',
        missing: (image: string) => `没有图像 ${image}。`,
    },
);

/** As the server has it; a browser that is refused in the middle of an upload can't tell why. */
const largestUpload = 16 * 2 ** 20;

export function DrawView() {
    const text = useWords(words);
    const run = useRun();
    return (
        <Page title={text.title} intro={run.isImage ? text.intro : text.rows}>
            {run.isImage && <DrawingTable />}
        </Page>
    );
}

function DrawingTable() {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const { shape } = run;
    const isGrey = shape.channels === 1;
    const canBeDigit = isGrey && shape.width === 28 && shape.height === 28;
    const [settings, change] = useSettings({ from: '', normalise: 'on' });
    const isDigit = canBeDigit && settings.normalise === 'on';
    const [tool, setTool] = useState(() => usualTool(isGrey, shape.width));
    const [from, setFrom] = useState(settings.from);
    const [problem, setProblem] = useState<Problem>();
    const drawing = useRef<Drawing>(undefined);
    const [canUndo, setCanUndo] = useState(false);

    /** The image that it began with. */
    const begun = useRef('');
    const hasDrawing = useRef(false);

    const encoding = useLatest(() => post('encode', member, drawing.current!.bytes(isDigit)));
    const keeping = useKeeping(() => keepDrawing(run.version, { picture: drawing.current!.picture(), from: begun.current }));
    const changed = () => {
        setProblem(undefined);
        hasDrawing.current = true;
        keeping();
        setCanUndo(drawing.current!.canUndo);
        encoding.send(undefined);
    };
    useEffect(() => {
        if (hasDrawing.current) changed();
    }, [isDigit, member]);
    const start = (image: string) =>
        pictureAt(imagePicture(run, Number(image))).then(
            picture => {
                begun.current = image;
                drawing.current!.show(picture);
                changed();
            },
            () => setProblem({ title: '', detail: text.missing(image), status: 404 }),
        );
    const isFirst = useRef(true);
    useEffect(() => {
        const kept = isFirst.current ? keptDrawing(run.version) : undefined;
        isFirst.current = false;
        // What was drawn over the image that the address names, or over none.
        if (kept && (kept.from === settings.from || settings.from === ''))
            void pictureAt(kept.picture).then(
                picture => {
                    begun.current = kept.from;
                    drawing.current!.restore(picture);
                    changed();
                },
                () => {}, // it can't be read, so there is nothing to go on with
            );
        else if (settings.from !== '') void start(settings.from);
    }, [settings.from]);

    const upload = async (file: Blob | null | undefined) => {
        if (!file) return;
        if (file.size > largestUpload) return setProblem({ title: '', detail: text.large, status: 413 });
        try {
            const given = await post('encode-picture', member, file);
            drawing.current!.show(await pictureAt(given.seen));
            begun.current = '';
            change({ normalise: 'off', from: '' });
            changed(); // asked after whatever of the drawing before is still on its way
        } catch (error) {
            setProblem(problemOf(error));
        }
    };
    useEffect(() => {
        const pasted = (event: ClipboardEvent) => void upload(event.clipboardData?.files[0]);
        addEventListener('paste', pasted);
        return () => removeEventListener('paste', pasted);
    });

    const shown = problem ?? encoding.problem;
    return (
        <div
            class="drawing"
            onDragOver={event => event.preventDefault()}
            onDrop={event => {
                event.preventDefault();
                void upload(event.dataTransfer?.files[0]);
            }}
        >
            <div class="drawing-table">
                <Pad
                    brush={tool.brush}
                    colour={tool.erases ? (isGrey ? '#000000' : '#ffffff') : tool.colour}
                    onReady={ready => (drawing.current = ready)}
                    onChange={changed}
                />
                <Tools
                    tool={tool}
                    isGrey={isGrey}
                    side={shape.width}
                    canUndo={canUndo}
                    onChange={setTool}
                    onUndo={() => {
                        drawing.current!.undo();
                        changed();
                    }}
                    onClear={() => {
                        drawing.current!.clear();
                        changed();
                    }}
                    onInvert={() => {
                        drawing.current!.invert();
                        changed();
                    }}
                />
                {canBeDigit && (
                    <label class="drawing-choice">
                        <input
                            type="checkbox"
                            checked={isDigit}
                            onChange={event => change({ normalise: event.currentTarget.checked ? 'on' : 'off' })}
                        />
                        {text.normalise}
                    </label>
                )}
                <form
                    class="controls"
                    onSubmit={event => {
                        event.preventDefault();
                        if (from === settings.from)
                            void start(from); // again, over what was drawn since
                        else change({ from });
                    }}
                >
                    <label>
                        {text.from}
                        <input
                            type="number"
                            min="0"
                            max={run.images - 1}
                            required
                            value={from}
                            onInput={event => setFrom(event.currentTarget.value)}
                        />
                    </label>
                    <button type="submit">{text.load}</button>
                </form>
                <div class="drop">
                    <label class="button">
                        {text.upload}
                        <input
                            type="file"
                            accept="image/*"
                            class="visually-hidden"
                            onChange={event => {
                                void upload(event.currentTarget.files?.[0]);
                                event.currentTarget.value = '';
                            }}
                        />
                    </label>
                    <span class="note">{text.drop}</span>
                </div>
            </div>
            <div class="drawing-result" aria-busy={encoding.busy}>
                {shown && <Failure problem={shown} />}
                {encoding.value ? <Result of={encoding.value} /> : <p class="note">{text.nothing}</p>}
            </div>
        </div>
    );
}

/** Milliseconds without a stroke after which the drawing is kept; one that is left or reloaded sooner, at once. */
const settled = 300;

/** Does something soon after the last of several calls, and at once where the page is left. */
function useKeeping(keep: () => void): () => void {
    const timer = useRef(0);
    const latest = useRef(keep);
    latest.current = keep;
    useEffect(() => {
        const now = () => {
            if (timer.current === 0) return;
            clearTimeout(timer.current);
            timer.current = 0;
            latest.current();
        };
        addEventListener('pagehide', now);
        return () => {
            removeEventListener('pagehide', now);
            now();
        };
    }, []);
    return () => {
        clearTimeout(timer.current);
        timer.current = window.setTimeout(() => {
            timer.current = 0;
            latest.current();
        }, settled);
    };
}

/** Sends bytes as they are. */
const post = (what: 'encode' | 'encode-picture', member: number, body: Blob | Uint8Array<ArrayBuffer>): Promise<Answers['EncodedAnswer']> =>
    answer(
        client.POST(`/api/members/{member}/${what}`, {
            params: { path: { member } },
            body: body as never,
            bodySerializer: bytes => bytes,
            headers: { 'Content-Type': 'application/octet-stream' },
        }),
    );

async function pictureAt(source: string): Promise<HTMLImageElement> {
    const picture = new Image();
    picture.src = source;
    await picture.decode();
    return picture;
}
