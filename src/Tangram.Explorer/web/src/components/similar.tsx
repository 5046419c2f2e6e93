import type { Answers } from '../api';
import { useRun } from '../run';
import { define, useNumbers, useWords } from '../words';
import { ImageTile, Tiles } from './tile';

const words = define(
    { none: 'No image has a feature in common with this code.', label: 'Similar images' },
    { none: '没有图像与此编码有共同的特征。', label: '相似图像' },
);

/** Images with similar codes, the most similar first, with their cosines and classes. */
export function SimilarImages({ images, label }: { images: readonly Answers['SimilarAnswer'][]; label?: string }) {
    const text = useWords(words);
    const { number } = useNumbers();
    const run = useRun();
    if (images.length === 0) return <p>{text.none}</p>;
    return (
        <Tiles label={label ?? text.label}>
            {images.map(one => {
                const name = one.class === null ? undefined : run.classes[one.class];
                return <ImageTile key={one.image} image={one.image} label={name} caption={name} value={number(one.cosine, 2)} />;
            })}
        </Tiles>
    );
}
