import type { FeatureKind } from './api';
import { palette } from './components/chart';
import { define } from './words';

/** What features respond to, in the order they are told apart. */
export const kinds: readonly FeatureKind[] = ['edge', 'colour', 'texture', 'region', 'other'];

export const kindWords = define<Record<FeatureKind, string>>(
    { edge: 'edge', colour: 'colour', texture: 'texture', region: 'region', other: 'other' },
    { edge: '边缘', colour: '颜色', texture: '纹理', region: '区域', other: '其他' },
);

/** Colour and form of each kind's points: not told by colour alone. */
export const kindMarks: Record<FeatureKind, { color: string; symbol: string }> = {
    edge: { color: palette[0]!, symbol: 'circle' },
    colour: { color: palette[1]!, symbol: 'diamond' },
    texture: { color: palette[2]!, symbol: 'triangle' },
    region: { color: palette[3]!, symbol: 'rect' },
    other: { color: '#8a8f98', symbol: 'circle' },
};
