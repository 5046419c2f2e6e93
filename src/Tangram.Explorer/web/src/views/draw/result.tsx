import type { Answers } from '../../api';
import { Comparison } from '../../components/comparison';
import { Section } from '../../components/page';
import { SimilarImages } from '../../components/similar';
import { FeatureTile, Tiles } from '../../components/tile';
import { useRun } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        seen: 'What the model sees and makes of it',
        guess: 'Nearest class',
        guessNote: 'The 50 images with the most similar codes vote for their classes, each weighted by its cosine. The model never saw a label.',
        guessNone: 'No image has a feature in common with this.',
        code: 'Code',
        codeNote: (shown: string, all: string) => `The ${shown} features of ${all} that contribute most, with their activations.`,
        empty: 'It activates no feature: the code is empty.',
        similar: 'Similar images',
        similarNote: 'Images of the set with the most similar codes.',
    },
    {
        seen: '模型所见及其重建',
        guess: '最接近的类别',
        guessNote: '编码最相似的 50 幅图像按余弦加权为各自的类别投票。模型从未见过标签。',
        guessNone: '没有图像与此有共同的特征。',
        code: '编码',
        codeNote: (shown: string, all: string) => `${all} 个特征中贡献最大的 ${shown} 个及其激活值。`,
        empty: '没有激活任何特征：编码为空。',
        similar: '相似图像',
        similarNote: '图像集中编码最相似的图像。',
    },
);

const features = 24;
const classes = 6;

/** What the model makes of a drawing. */
export function Result({ of }: { of: Answers['EncodedAnswer'] }) {
    const text = useWords(words);
    const { count, number } = useNumbers();
    const code = of.decoded.code;
    const shown = code.slice(0, features);
    return (
        <>
            <section>
                <h2>{text.seen}</h2>
                <Comparison original={of.seen} decoded={of.decoded} active={code.length} />
            </section>
            <Guess of={of.guess} />
            <Section title={text.code} note={code.length === 0 ? text.empty : text.codeNote(count(shown.length), count(code.length))}>
                <Tiles label={text.code}>
                    {shown.map(one => (
                        <FeatureTile key={one.feature} feature={one.feature} name={one.name} value={number(one.activation, 2)} size={56} />
                    ))}
                </Tiles>
            </Section>
            <Section title={text.similar} note={text.similarNote}>
                <SimilarImages images={of.similar} />
            </Section>
        </>
    );
}

function Guess({ of }: { of: Answers['EncodedAnswer']['guess'] }) {
    const text = useWords(words);
    const { percent } = useNumbers();
    const run = useRun();
    if (run.classes.length === 0) return null;
    return (
        <Section title={text.guess} note={text.guessNote}>
            {of.length === 0 ? (
                <p>{text.guessNone}</p>
            ) : (
                <ol class="guess" aria-label={text.guess}>
                    {of.slice(0, classes).map(one => (
                        <li key={one.class}>
                            <span>{run.classes[one.class]}</span>
                            <span class="guess-bar" aria-hidden="true">
                                <span style={{ width: `${100 * one.share}%` }} />
                            </span>
                            <span>{percent(one.share, 2)}</span>
                        </li>
                    ))}
                </ol>
            )}
        </Section>
    );
}
