import type { Answers } from '../../api';
import { Section } from '../../components/page';
import { ImageTile, Tiles } from '../../components/tile';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        top: 'Images that activate it most',
        all: (count: string) => (count === '1' ? 'The one image that activates it' : `All ${count} images that activate it`),
        bands: 'Images that activate it less',
        bandsNote: 'The strongest images alone flatter a feature: here is what it does from nearly the strongest to the weakest activations.',
        quantile: (share: string) => `stronger than ${share}`,
        random: 'Any images that activate it',
        randomNote: 'Drawn at random, the same ones each time.',
    },
    {
        top: '激活最强的图像',
        all: (count: string) => `激活它的全部 ${count} 张图像`,
        bands: '激活较弱的图像',
        bandsNote: '只看最强的图像会美化一个特征：这里展示从接近最强到最弱的激活。',
        quantile: (share: string) => `强于 ${share}`,
        random: '任意激活它的图像',
        randomNote: '随机抽取，每次相同。',
    },
);

/** Images over the whole range of a feature's activations. */
export function Examples({ feature }: { feature: Answers['FeatureAnswer'] }) {
    const text = useWords(words);
    const { count, percent } = useNumbers();
    return (
        <>
            <Section title={feature.random.length > 0 ? text.top : text.all(count(feature.images))}>
                <Images images={feature.top} label={text.top} />
            </Section>
            {feature.bands.length > 0 && (
                <Section title={text.bands} note={text.bandsNote}>
                    <div class="columns">
                        {feature.bands.map(band => (
                            <div key={band.quantile}>
                                <h3>{text.quantile(percent(band.quantile))}</h3>
                                <Images images={band.images} label={text.quantile(percent(band.quantile))} size={52} />
                            </div>
                        ))}
                    </div>
                </Section>
            )}
            {feature.random.length > 0 && (
                <Section title={text.random} note={text.randomNote}>
                    <Images images={feature.random} label={text.random} />
                </Section>
            )}
        </>
    );
}

function Images({ images, label, size = 72 }: { images: Answers['ActivatedAnswer'][]; label: string; size?: number }) {
    const { number } = useNumbers();
    return (
        <Tiles label={label}>
            {images.map(one => (
                <ImageTile key={one.image} image={one.image} value={number(one.activation)} size={size} />
            ))}
        </Tiles>
    );
}
