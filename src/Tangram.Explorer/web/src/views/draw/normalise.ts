/** Pixels of a canvas as a model takes them. Planes are rows of values, 0 … 1. */
export interface Plane {
    width: number;
    height: number;
    values: Float32Array;
}

/** Red, green and blue of RGBA pixels, which are opaque. */
export function colours(rgba: Uint8ClampedArray, width: number, height: number): Plane[] {
    return [0, 1, 2].map(channel => ({
        width,
        height,
        values: Float32Array.from({ length: width * height }, (_, pixel) => rgba[4 * pixel + channel]! / 255),
    }));
}

/** Rec. 601 luma, as grey pictures of a set are made. */
export function grey(rgba: Uint8ClampedArray, width: number, height: number): Plane {
    const luma = (at: number) => (0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!) / 255;
    return { width, height, values: Float32Array.from({ length: width * height }, (_, pixel) => luma(4 * pixel)) };
}

/** A window of a plane at another size: each pixel is the mean of what it covers, so that edges are smooth. */
export function resample(plane: Plane, left: number, top: number, width: number, height: number, toWidth: number, toHeight: number): Plane {
    const columns = covers(left, width, toWidth);
    const rows = covers(top, height, toHeight);
    const values = new Float32Array(toWidth * toHeight);
    rows.forEach((row, y) =>
        columns.forEach((column, x) => {
            let sum = 0;
            let weight = 0;
            for (const [sourceY, shareY] of row) {
                for (const [sourceX, shareX] of column) {
                    sum += plane.values[sourceY * plane.width + sourceX]! * shareY * shareX;
                    weight += shareY * shareX;
                }
            }
            values[y * toWidth + x] = sum / weight;
        }),
    );
    return { width: toWidth, height: toHeight, values };
}

/** Which source pixels each target pixel covers along one side, and how much of each. */
function covers(start: number, length: number, count: number): [source: number, share: number][][] {
    return Array.from({ length: count }, (_, target) => {
        const [from, to] = [start + (target * length) / count, start + ((target + 1) * length) / count];
        const covered: [number, number][] = [];
        for (let source = Math.floor(from); source < to; source++) covered.push([source, Math.min(to, source + 1) - Math.max(from, source)]);
        return covered;
    });
}

/** The smallest window that holds all ink; undefined where there is none. */
export function inkBox({ width, height, values }: Plane, least = 0.1): { left: number; top: number; width: number; height: number } | undefined {
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (values[y * width + x]! <= least) continue;
            [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
        }
    }
    return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

const side = 28;
const boxSide = 20;

/** A drawing as MNIST's digits were made: its ink scaled to fit a box of 20×20 pixels, and moved so that its centre of mass is that of 28×28 (LeCun, Cortes, Burges). */
export function asDigit(plane: Plane): Plane {
    const box = inkBox(plane);
    const digit = { width: side, height: side, values: new Float32Array(side * side) };
    if (!box) return digit;
    const longer = Math.max(box.width, box.height);
    const fit = (length: number) => Math.max(1, Math.round((length * boxSide) / longer));
    const scaled = resample(plane, box.left, box.top, box.width, box.height, fit(box.width), fit(box.height));
    const [left, top] = centred(scaled);
    for (let y = 0; y < scaled.height; y++) {
        for (let x = 0; x < scaled.width; x++) digit.values[(top + y) * side + left + x] = scaled.values[y * scaled.width + x]!;
    }
    return digit;
}

/** Where a digit's top-left corner goes, inside the image. */
function centred({ width, height, values }: Plane): [left: number, top: number] {
    let [mass, x, y] = [0, 0, 0];
    values.forEach((value, pixel) => {
        mass += value;
        x += value * ((pixel % width) + 0.5);
        y += value * (Math.floor(pixel / width) + 0.5);
    });
    const place = (centre: number, length: number) => Math.max(0, Math.min(side - length, Math.round(side / 2 - centre / mass)));
    return [place(x, width), place(y, height)];
}

/** The bytes that the server takes: plane by plane. */
export function bytesOf(planes: Plane[]): Uint8Array<ArrayBuffer> {
    const length = planes[0]!.values.length;
    const bytes = new Uint8Array(planes.length * length);
    planes.forEach((plane, channel) => plane.values.forEach((value, pixel) => (bytes[channel * length + pixel] = Math.round(255 * value))));
    return bytes;
}
