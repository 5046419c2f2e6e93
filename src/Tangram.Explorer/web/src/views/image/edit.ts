import type { Answers } from '../../api';

export type ActiveFeature = Answers['ActiveFeature'];

/** What a user changed of a code: activations of some features, its own or others, and features that are switched off. Never changed in place. */
export interface Edit {
    activations: ReadonlyMap<number, number>;
    off: ReadonlySet<number>;
}

export const noEdit: Edit = { activations: new Map(), off: new Set() };

export const isEdited = (edit: Edit) => edit.activations.size > 0 || edit.off.size > 0;

/** With another activation; four digits are more than a slider shows, and short in an address. */
export const withActivation = (edit: Edit, feature: number, activation: number): Edit => ({
    ...edit,
    activations: new Map(edit.activations).set(feature, Number(activation.toPrecision(4))),
});

/** Switched on or off. */
export function withSwitch(edit: Edit, feature: number, on: boolean): Edit {
    const off = new Set(edit.off);
    if (on) off.delete(feature);
    else off.add(feature);
    return { ...edit, off };
}

/** Without any change of a feature: as it was, or not there if it was added. */
export function without(edit: Edit, feature: number): Edit {
    const [activations, off] = [new Map(edit.activations), new Set(edit.off)];
    activations.delete(feature);
    off.delete(feature);
    return { activations, off };
}

/** Features that the code doesn't have of itself. */
export const added = (edit: Edit, code: readonly ActiveFeature[]): number[] => {
    const own = new Set(code.map(one => one.feature));
    return [...edit.activations.keys()].filter(feature => !own.has(feature)).reverse();
};

/** The edited code; a feature that is off, or whose activation is 0, isn't in it. */
export function applied(edit: Edit, code: readonly ActiveFeature[]): { features: number[]; activations: number[] } {
    const all = new Map(code.map(one => [one.feature, one.activation]));
    for (const [feature, activation] of edit.activations) all.set(feature, activation);
    const entries = [...all].filter(([feature, activation]) => activation !== 0 && !edit.off.has(feature));
    return { features: entries.map(([feature]) => feature), activations: entries.map(([, activation]) => activation) };
}

/** An edit as settings of an address: `edit=12:0.5,37:-1` and `off=40,41`; undefined where it is too long for one. */
export function written(edit: Edit): { edit: string; off: string } | undefined {
    const parts = { edit: [...edit.activations].map(([feature, activation]) => `${feature}:${activation}`).join(','), off: [...edit.off].join(',') };
    return parts.edit.length + parts.off.length <= 1500 ? parts : undefined;
}

/** Reads what `written` wrote; what can't be read is left out. */
export function read(settings: { edit: string; off: string }, features: number): Edit {
    const isFeature = (feature: number) => Number.isInteger(feature) && feature >= 0 && feature < features;
    const list = (value: string) => value.split(',').filter(part => part !== '');
    const pairs = list(settings.edit).map(part => part.split(':').map(Number) as [number, number]);
    return {
        activations: new Map(pairs.filter(([feature, activation]) => isFeature(feature) && Math.abs(activation) <= 1e6)),
        off: new Set(list(settings.off).map(Number).filter(isFeature)),
    };
}
