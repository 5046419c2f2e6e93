import { featurePicture, type Answers, type FeatureLook, type FeatureSide } from '../../api';
import { Scale } from '../../components/scale';
import { useMember, useRun, useSettings } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        look: 'Show weights',
        looks: { usual: 'usual', colour: 'in colour', signed: 'signed', mean: 'channel mean', red: 'red', green: 'green', blue: 'blue' },
        grey: 'black to white',
        adds: 'What it adds to a reconstruction (its row of the decoder)',
        looksFor: 'What it looks for (its row of the encoder)',
        picture: (feature: number) => `Weights of feature ${feature}`,
        colourScale: 'each channel from the least weight (dark) to the largest (bright)',
    },
    {
        look: '权重的显示方式',
        looks: { usual: '默认', colour: '彩色', signed: '带符号', mean: '通道均值', red: '红', green: '绿', blue: '蓝' },
        grey: '由黑到白',
        adds: '它对重建的贡献（解码器的行）',
        looksFor: '它所寻找的内容（编码器的行）',
        picture: (feature: number) => `特征 ${feature} 的权重`,
        colourScale: '每个通道从最小权重（暗）到最大权重（亮）',
    },
);

/** A feature's weights, large, in the way that one chooses. */
export function FeaturePicture({ feature }: { feature: Answers['FeatureAnswer'] }) {
    const text = useWords(words);
    const [{ look }, change] = useSettings({ look: '' });
    const looks = feature.adds.map(scale => scale.look);
    const chosen = looks.find(one => one === look) ?? looks[0]!;
    const name = (one: FeatureLook) => (one === 'mean' && looks.length === 2 ? text.grey : text.looks[one]);
    return (
        <div>
            <div class="looks" role="group" aria-label={text.look}>
                {looks.map(one => (
                    <button key={one} type="button" aria-pressed={one === chosen} onClick={() => change({ look: one === looks[0] ? '' : one })}>
                        {name(one)}
                    </button>
                ))}
            </div>
            <Weights feature={feature.feature} look={chosen} scales={feature.adds} side="adds" caption={feature.looksFor ? text.adds : undefined} />
            {feature.looksFor && (
                <Weights feature={feature.feature} look={chosen} scales={feature.looksFor} side="looksFor" caption={text.looksFor} />
            )}
        </div>
    );
}

interface WeightsProps {
    feature: number;
    look: FeatureLook;
    scales: Answers['ScaleAnswer'][];
    side: FeatureSide;
    caption: string | undefined;
}

function Weights({ feature, look, scales, side, caption }: WeightsProps) {
    const text = useWords(words);
    const { number } = useNumbers();
    const run = useRun();
    const { low, high } = scales.find(scale => scale.look === look)!;
    const isSigned = look !== 'colour' && look !== 'mean';
    return (
        <figure class="feature-picture">
            <img
                class="pixels"
                src={featurePicture(run, useMember(), feature, look, side)}
                alt={`${text.picture(feature)}, ${text.looks[look]}`}
                style={{ aspectRatio: `${run.shape.width} / ${run.shape.height}` }}
            />
            <Scale isSigned={isSigned} low={number(low)} high={number(high)} />
            <figcaption class="note">
                {caption}
                {look === 'colour' && ` ${text.colourScale}`}
            </figcaption>
        </figure>
    );
}
