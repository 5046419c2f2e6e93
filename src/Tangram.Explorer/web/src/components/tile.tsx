import type { ComponentChildren } from 'preact';
import { featurePicture, imagePicture, type FeatureLook } from '../api';
import { address, useMember, useRun } from '../run';
import { define, useWords } from '../words';

const words = define(
    { feature: (number: number) => `feature ${number}`, image: (number: number) => `image ${number}` },
    { feature: (number: number) => `特征 ${number}`, image: (number: number) => `图像 ${number}` },
);

interface TileProps {
    href: string;
    picture: string;
    label: string;
    /** A name: cut off where it is too long, and whole in the title. */
    caption?: string | number | undefined;
    /** The number that matters: on a line of its own, and never cut off. */
    value?: string | number | undefined;
    /** Whether the label has the caption. */
    isSaid: boolean;
    size: number;
}

function Tile({ href, picture, label, caption = '', value, isSaid, size }: TileProps) {
    const parts = [label, isSaid ? '' : caption, value ?? ''];
    return (
        <a class="tile" href={href} style={{ '--tile': `${size}px` }} title={parts.filter(part => part !== '').join(', ')}>
            <img src={picture} alt={label} width={size} height={size} loading="lazy" decoding="async" />
            {caption !== '' && (
                <span class="caption" aria-hidden={isSaid ? 'true' : undefined}>
                    {caption}
                </span>
            )}
            {value !== undefined && <span class="value">{value}</span>}
        </a>
    );
}

/** A feature's picture, which leads to its page. */
export function FeatureTile(props: {
    feature: number;
    name?: string | null;
    /** Usually its name, else its number; empty: none. */
    caption?: string | number | undefined;
    value?: string | number | undefined;
    size?: number;
    look?: FeatureLook;
    member?: number;
    /** What its page shall know of where one comes from, in its address. */
    query?: Record<string, string>;
}) {
    const text = useWords(words);
    const run = useRun();
    const shown = useMember();
    const member = props.member ?? shown;
    return (
        <Tile
            href={address(`/features/${props.feature}`, member, props.query)}
            picture={featurePicture(run, member, props.feature, props.look)}
            label={props.name ? `${text.feature(props.feature)}: ${props.name}` : text.feature(props.feature)}
            caption={props.caption ?? props.name ?? props.feature}
            value={props.value}
            isSaid={props.caption === undefined || props.caption === props.feature || props.caption === props.name}
            size={props.size ?? 72}
        />
    );
}

/** An image of the set, which leads to its page. */
export function ImageTile(props: {
    image: number;
    caption?: string | number | undefined;
    value?: string | number | undefined;
    label?: string | undefined;
    size?: number;
}) {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    return (
        <Tile
            href={address(`/images/${props.image}`, member)}
            picture={imagePicture(run, props.image)}
            label={props.label ? `${text.image(props.image)}: ${props.label}` : text.image(props.image)}
            caption={props.caption}
            value={props.value}
            isSaid={props.caption === props.label || props.caption === props.image}
            size={props.size ?? 72}
        />
    );
}

/** Tiles beside each other. */
export function Tiles({ label, children }: { label?: string; children: ComponentChildren }) {
    return (
        <div class="tiles" role={label ? 'group' : undefined} aria-label={label}>
            {children}
        </div>
    );
}
