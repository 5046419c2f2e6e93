import { useLocation } from 'preact-iso';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { answer, client, type FeatureRow } from '../api';
import { Gallery } from '../components/gallery';
import { Page, Section } from '../components/page';
import { Await } from '../components/state';
import { FeatureTile, ImageTile } from '../components/tile';
import { useFeatures } from '../features';
import { kindWords } from '../kinds';
import { useLoaded } from '../load';
import { address, useMember, useRun, useSettings } from '../run';
import '../styles/map.css';
import { define, useNumbers, useWords } from '../words';
import { Plane, type Tool } from './map/plane';
import { areaOf, areaText, extentOf, groupsOfFeatures, groupsOfImages, isInside, nearest, type MapAnswer } from './map/points';
import { gradient, onScale } from './map/scale';

const words = define(
    {
        title: 'Map',
        intro: 'Images whose codes are alike, or features that look alike, lie together. Draw around some to see them below; point at one, or tap it, to see it, and click to open it. Zoom by the buttons, with Ctrl and the wheel, or with two fingers.',
        of: 'Show',
        subjects: { images: 'images, by their codes', features: 'features, by their weights' },
        layout: 'Arrange by',
        layouts: { components: 'largest variation (PCA)', neighbours: 'neighbours (t-SNE)' },
        colour: 'Colour by',
        colours: { '': 'kind', frequency: 'frequency' },
        frequency: 'frequency, log₁₀',
        keeps: {
            components: (share: string) =>
                `The two directions in which they vary most; these hold ${share} of the variance. What lies apart here is apart; what lies together may not be.`,
            neighbours: 'Neighbours stay together, so groups can be trusted; distances between groups, and their sizes, mean nothing.',
        },
        making: 'Finding neighbours; meanwhile, the map of largest variation:',
        axes: { components: ['first component', 'second component'], neighbours: ['place (no unit)', 'place (no unit)'] } as Record<
            string,
            [string, string]
        >,
        sampled: (shown: string, all: string) => `${shown} of ${all} are shown.`,
        drag: 'Dragging',
        tools: { move: 'moves', polygon: 'draws a lasso', rect: 'draws a rectangle' },
        clear: 'Clear selection',
        groups: 'What is shown',
        all: 'all',
        near: { images: 'Select around image', features: 'Select around feature' },
        count: 'How many',
        absent: (number: string) => `${number} isn’t on this map.`,
        selected: (count: string) => `${count} selected`,
        nothing: 'Nothing is selected yet.',
        flat: 'They vary in fewer than two directions, so there is no map.',
        image: (number: number) => `image ${number}`,
        feature: (number: number) => `feature ${number}`,
        label: 'Map: arrow keys go from point to point, Enter opens one, + and − zoom; the fields below select without drawing',
    },
    {
        title: '地图',
        intro: '编码相似的图像或外观相似的特征位置相近。圈选一些即可在下方查看；指向或轻触可预览，点击可打开。可用按钮、Ctrl 加滚轮或两指缩放。',
        of: '显示',
        subjects: { images: '图像（按编码）', features: '特征（按权重）' },
        layout: '排列方式',
        layouts: { components: '最大变化方向（PCA）', neighbours: '近邻（t-SNE）' },
        colour: '着色依据',
        colours: { '': '类型', frequency: '频率' },
        frequency: '频率，log₁₀',
        keeps: {
            components: (share: string) => `变化最大的两个方向，占方差的 ${share}。在此相距远的确实相远；在此相近的未必相近。`,
            neighbours: '近邻保持在一起，因此群组可信；群组之间的距离和群组的大小没有意义。',
        },
        making: '正在寻找近邻；在此期间显示最大变化方向的地图：',
        axes: { components: ['第一主成分', '第二主成分'], neighbours: ['位置（无单位）', '位置（无单位）'] },
        sampled: (shown: string, all: string) => `显示 ${all} 个中的 ${shown} 个。`,
        drag: '拖动',
        tools: { move: '移动', polygon: '画套索', rect: '画矩形' },
        clear: '清除选择',
        groups: '显示的内容',
        all: '全部',
        near: { images: '选择某图像附近', features: '选择某特征附近' },
        count: '数量',
        absent: (number: string) => `${number} 不在此地图上。`,
        selected: (count: string) => `已选择 ${count} 个`,
        nothing: '尚未选择。',
        flat: '它们的变化少于两个方向，因此没有地图。',
        image: (number: number) => `图像 ${number}`,
        feature: (number: number) => `特征 ${number}`,
        label: '地图：方向键在点之间移动，回车打开，+ 和 − 缩放；下方的输入框无需绘制即可选择',
    },
);

type Subject = 'images' | 'features';
type Layout = 'components' | 'neighbours';

const usual = { of: 'images', layout: 'components', colour: '', hide: '', near: '', count: '24', area: '' };

/** A finger scrolls the page first of all; a mouse draws. */
const usualTool = (): Tool => (matchMedia('(pointer: coarse)').matches ? 'move' : 'polygon');
const askAgain = 500;

export function MapView() {
    const text = useWords(words);
    const member = useMember();
    const [{ of, layout }, change] = useSettings(usual);
    const subject: Subject = of === 'features' ? 'features' : 'images';
    const wanted: Layout = layout === 'neighbours' ? 'neighbours' : 'components';
    const features = useFeatures(member);
    const components = usePlaces(member, subject, 'components');
    const neighbours = usePlaces(member, subject, wanted);
    const isMade = neighbours.value?.progress === 1;
    const shown = isMade ? neighbours : components;
    return (
        <Page title={text.title} intro={text.intro}>
            <div class="controls">
                <Choice label={text.of} value={subject} names={text.subjects} onChange={of => change({ of, hide: '', near: '', area: '' })} />
                <Choice label={text.layout} value={wanted} names={text.layouts} onChange={layout => change({ layout, area: '' })} />
            </div>
            <Await of={shown}>
                {map => (
                    <Await of={features}>
                        {rows => (
                            <Shown
                                key={subject}
                                map={map}
                                rows={rows}
                                subject={subject}
                                layout={isMade ? wanted : 'components'}
                                making={neighbours.value?.progress ?? 0}
                            />
                        )}
                    </Await>
                )}
            </Await>
        </Page>
    );
}

/** A map, asked for until it is made; never another's while that is on its way. */
function usePlaces(member: number, of: Subject, layout: Layout) {
    const [rounds, setRounds] = useState(0);
    const key = `${member} ${of} ${layout}`;
    const loaded = useLoaded(
        signal =>
            answer(client.GET('/api/members/{member}/map/{of}', { params: { path: { member, of }, query: { layout } }, signal })).then(map => ({
                key,
                map,
            })),
        [key, rounds],
    );
    const value = loaded.value?.key === key ? loaded.value.map : undefined;
    useEffect(() => {
        if (!value || value.progress === 1) return undefined;
        const timer = setTimeout(() => setRounds(count => count + 1), askAgain);
        return () => clearTimeout(timer);
    }, [loaded.value]);
    return { ...loaded, value };
}

interface ShownProps {
    map: MapAnswer;
    rows: FeatureRow[];
    subject: Subject;
    layout: Layout;
    making: number;
}

function Shown({ map, rows, subject, layout, making }: ShownProps) {
    const text = useWords(words);
    const kindNames = useWords(kindWords);
    const run = useRun();
    const member = useMember();
    const { route } = useLocation();
    const { count, percent } = useNumbers();
    const [settings, change] = useSettings(usual);
    const [tool, setTool] = useState<Tool>(usualTool);
    const isImages = subject === 'images';

    const all = useMemo(
        () => (isImages ? groupsOfImages(map, run.classes, text.all) : groupsOfFeatures(map, rows, kindNames, text.all)),
        [map, rows, isImages, kindNames, text],
    );
    const hidden = settings.hide.split(',');
    const groups = useMemo(() => all.filter(group => !hidden.includes(group.key)), [all, settings.hide]);
    const groupOf = useMemo(() => new Map(all.flatMap(group => group.places.map(place => [place, group] as const))), [all]);
    const byFrequency = !isImages && settings.colour === 'frequency';
    const scale = useMemo(
        () => (byFrequency ? onScale(map.items.map(feature => Math.log10(rows[feature]!.frequency))) : undefined),
        [byFrequency, map, rows],
    );
    const extent = useMemo(() => extentOf(map), [map]);
    const isWaiting = settings.layout === 'neighbours' && layout !== 'neighbours';
    // An area is of the map that the address names.
    const area = useMemo(() => (isWaiting ? [] : areaOf(settings.area, extent)), [settings.area, extent, isWaiting]);
    const drawn = useMemo(
        () => groups.flatMap(group => group.places).filter(place => area.length > 0 && isInside(area, { x: map.x[place]!, y: map.y[place]! })),
        [groups, area, map],
    );

    const centre = settings.near === '' ? -1 : map.items.indexOf(Number(settings.near));
    const around = useMemo(
        () =>
            centre < 0
                ? []
                : nearest(
                      map,
                      centre,
                      groups.flatMap(group => group.places),
                      Math.min(Math.max(1, Number(settings.count) || 1), map.items.length),
                  ),
        [map, centre, groups, settings.count],
    );
    const selected = settings.near === '' ? drawn : around;
    const used = isWaiting ? 'move' : tool;
    const standsOut = useMemo(() => (area.length > 0 ? new Set(drawn) : undefined), [area, drawn]);
    if (map.items.length === 0) return <p class="note">{map.progress < 1 ? text.making : text.flat}</p>;

    const captionOf = (place: number) => (all.length > 1 ? groupOf.get(place)!.name : undefined);
    const nameOf = (place: number) => (isImages ? text.image(map.items[place]!) : text.feature(map.items[place]!));
    const tile = (place: number, size: number) =>
        isImages ? (
            <ImageTile image={map.items[place]!} label={captionOf(place)} caption={captionOf(place) ?? map.items[place]} size={size} />
        ) : (
            <FeatureTile feature={map.items[place]!} name={rows[map.items[place]!]?.name ?? null} size={size} />
        );
    const toggle = (key: string) =>
        change({ hide: (hidden.includes(key) ? hidden.filter(one => one !== key) : [...hidden, key]).filter(Boolean).join(',') });
    return (
        <>
            {!isImages && (
                <div class="controls">
                    <Choice label={text.colour} value={byFrequency ? 'frequency' : ''} names={text.colours} onChange={colour => change({ colour })} />
                </div>
            )}
            <p class="note" role="status">
                {isWaiting ? text.making : layout === 'neighbours' ? text.keeps.neighbours : text.keeps.components(percent(map.share))}{' '}
                {map.items.length < map.total && text.sampled(count(map.items.length), count(map.total))}
            </p>
            {isWaiting && <progress class="progress" max={1} value={making} aria-label={text.making} />}
            <div class="map-tools" role="group" aria-label={text.drag}>
                <span aria-hidden="true">{text.drag}</span>
                {(['polygon', 'rect', 'move'] as const).map(one => (
                    <button key={one} type="button" aria-pressed={used === one} disabled={isWaiting && one !== 'move'} onClick={() => setTool(one)}>
                        {text.tools[one]}
                    </button>
                ))}
                <button type="button" disabled={settings.near === '' && settings.area === ''} onClick={() => change({ near: '', area: '' }, true)}>
                    {text.clear}
                </button>
            </div>
            <Plane
                label={text.label}
                map={map}
                extent={extent}
                groups={groups}
                colours={scale?.colours}
                marked={around}
                selected={standsOut}
                axes={text.axes[layout]!}
                tool={used}
                area={area}
                onArea={corners => change({ area: areaText(corners, extent), near: '' }, true)}
                onOpen={place => route(address(isImages ? `/images/${map.items[place]}` : `/features/${map.items[place]}`, member))}
                preview={place => (
                    <>
                        {tile(place, 96)}
                        <span>{nameOf(place)}</span>
                    </>
                )}
                nameOf={place => [nameOf(place), captionOf(place)].filter(Boolean).join(', ')}
            />
            {scale && (
                <p class="plane-scale">
                    {text.frequency}: {scale.low.toFixed(1)} <span aria-hidden="true" style={{ background: gradient }} /> {scale.high.toFixed(1)}
                </p>
            )}
            {all.length > 1 && (
                <div class="map-groups" role="group" aria-label={text.groups}>
                    {all.map(group => (
                        <button key={group.key} type="button" aria-pressed={!hidden.includes(group.key)} onClick={() => toggle(group.key)}>
                            {!byFrequency && <Mark symbol={group.symbol} color={group.color} />}
                            {group.name} <span class="note">{count(group.places.length)}</span>
                        </button>
                    ))}
                </div>
            )}
            <div class="controls">
                <label>
                    {text.near[subject]}
                    <input type="number" min="0" value={settings.near} onInput={event => change({ near: event.currentTarget.value, area: '' })} />
                </label>
                <label>
                    {text.count}
                    <input type="number" min="1" max="2000" value={settings.count} onInput={event => change({ count: event.currentTarget.value })} />
                </label>
            </div>
            <Section
                title={
                    settings.near !== '' && centre < 0
                        ? text.absent(settings.near)
                        : selected.length > 0
                          ? text.selected(count(selected.length))
                          : text.nothing
                }
            >
                <Gallery
                    count={selected.length}
                    width={84}
                    height={106}
                    label={text.selected(count(selected.length))}
                    tile={index => tile(selected[index]!, 84)}
                />
            </Section>
        </>
    );
}

/** A group's mark, as on the map. */
function Mark({ symbol, color }: { symbol: string; color: string }) {
    const shapes: Record<string, string> = { triangle: 'M6 1 11 11H1z', rect: 'M1 1h10v10H1z', diamond: 'M6 0 12 6 6 12 0 6z' };
    return (
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill={color}>
            {shapes[symbol] ? <path d={shapes[symbol]} /> : <circle cx="6" cy="6" r="5" />}
        </svg>
    );
}

interface ChoiceProps<T extends string> {
    label: string;
    value: T;
    names: Record<T, string>;
    onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, names, onChange }: ChoiceProps<T>) {
    return (
        <label>
            {label}
            <select value={value} onChange={event => onChange(event.currentTarget.value as T)}>
                {(Object.keys(names) as T[]).map(one => (
                    <option key={one} value={one}>
                        {names[one]}
                    </option>
                ))}
            </select>
        </label>
    );
}
