import type { Run } from '../../api';
import { asDigit, bytesOf, colours, grey, resample, type Plane } from './normalise';

export interface Point {
    x: number;
    y: number;
}

const usualSide = 280;
const mostUndone = 40;

/** What is drawn: a canvas some whole number of times as large as the model's images, and how it was before each step. */
export class Drawing {
    readonly scale: number;
    readonly isGrey: boolean;
    readonly background: string;
    private readonly context: CanvasRenderingContext2D;
    private readonly steps: ImageData[] = [];

    constructor(
        private readonly canvas: HTMLCanvasElement,
        private readonly shape: Run['shape'],
    ) {
        this.scale = Math.max(1, Math.round(usualSide / Math.max(shape.width, shape.height)));
        this.isGrey = shape.channels === 1;
        this.background = this.isGrey ? '#000000' : '#ffffff';
        canvas.width = shape.width * this.scale;
        canvas.height = shape.height * this.scale;
        this.context = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
        this.fill();
    }

    get canUndo() {
        return this.steps.length > 0;
    }

    /** Remembers how it is now, so that what follows can be undone. */
    begin() {
        this.steps.push(this.pixels());
        if (this.steps.length > mostUndone) this.steps.shift();
    }

    line(from: Point, to: Point, width: number, colour: string) {
        Object.assign(this.context, { lineWidth: width, lineCap: 'round', lineJoin: 'round', strokeStyle: colour });
        this.context.beginPath();
        this.context.moveTo(from.x, from.y);
        this.context.lineTo(to.x + 0.01, to.y); // a line of no length isn't drawn
        this.context.stroke();
    }

    undo() {
        const last = this.steps.pop();
        if (last) this.context.putImageData(last, 0, 0);
    }

    clear() {
        this.begin();
        this.fill();
    }

    invert() {
        this.begin();
        const pixels = this.pixels();
        for (let at = 0; at < pixels.data.length; at++) if (at % 4 !== 3) pixels.data[at] = 255 - pixels.data[at]!;
        this.context.putImageData(pixels, 0, 0);
    }

    /** As a picture, an address that holds it. */
    picture = () => this.canvas.toDataURL();

    /** Shows what `picture` gave, with nothing to undo. */
    restore(picture: CanvasImageSource) {
        this.context.drawImage(picture, 0, 0);
    }

    /** Puts a picture of the model's size on it, pixel by pixel. */
    show(picture: CanvasImageSource) {
        this.begin();
        this.context.imageSmoothingEnabled = false;
        this.context.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
    }

    /** As the model sees it. */
    bytes(isDigit: boolean): Uint8Array<ArrayBuffer> {
        const { width, height, data } = this.pixels();
        if (isDigit) return bytesOf([asDigit(grey(data, width, height))]);
        const planes = this.isGrey ? [grey(data, width, height)] : colours(data, width, height);
        return bytesOf(planes.map(plane => this.reduced(plane)));
    }

    private reduced = (plane: Plane) => resample(plane, 0, 0, plane.width, plane.height, this.shape.width, this.shape.height);

    private pixels = () => this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);

    private fill() {
        this.context.fillStyle = this.background;
        this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    }
}
