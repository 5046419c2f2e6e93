import { answer, client } from '../../api';
import { Section } from '../../components/page';
import { Await } from '../../components/state';
import { FeatureTile, ImageTile, Tiles } from '../../components/tile';
import { useLoadedOf } from '../../load';
import { useMember } from '../../run';
import { define, useNumbers, useWords } from '../../words';

const words = define(
    {
        images: (count: string) => `${count} images`,
        none: 'The set has no images of this class, so nothing is known of it.',
        mean: 'The mean of its reconstructions',
        meanNote: 'What the class’s mean code decodes to.',
        keys: 'Key features',
        keysNote:
            'Score: (share in the class − share elsewhere) × mean activation. Only features active for at least 20 images of the set are rated.',
        noKeys: 'No feature is typical of this class.',
        feature: 'Feature',
        score: 'Score',
        frequency: 'Active in the class',
        elsewhere: 'Active elsewhere',
        meanActivation: 'Mean activation',
        typical: 'Typical images',
        typicalNote: 'Their codes are most like the class’s mean code; below each the cosine.',
        atypical: 'Atypical images',
        atypicalNote: 'Their codes are least like it.',
    },
    {
        images: count => `${count} 幅图像`,
        none: '数据集中没有这个类别的图像，因此对它一无所知。',
        mean: '重建的平均',
        meanNote: '由该类别的平均编码解码得到。',
        keys: '关键特征',
        keysNote: '得分：（类内比例 − 其他比例）× 平均激活值。只评价至少被 20 幅图像激活的特征。',
        noKeys: '没有特征是这个类别的典型特征。',
        feature: '特征',
        score: '得分',
        frequency: '类内激活比例',
        elsewhere: '其他类激活比例',
        meanActivation: '平均激活值',
        typical: '典型图像',
        typicalNote: '它们的编码与类别平均编码最相似；下方是余弦。',
        atypical: '非典型图像',
        atypicalNote: '它们的编码与类别平均编码最不相似。',
    },
);

/** A class: its key features, and the images that are most and least like it. */
export function OneClass({ label }: { label: number }) {
    const text = useWords(words);
    const { count, number, percent } = useNumbers();
    const member = useMember();
    const loaded = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/classes/{label}', { params: { path: { member, label } }, signal })),
        [label],
    );
    return (
        <Await of={loaded}>
            {one =>
                one.images === 0 ? (
                    <p>{text.none}</p>
                ) : (
                    <>
                        <div class="class-head">
                            {one.mean && <img class="pixels" src={one.mean} alt={text.mean} width="112" height="112" />}
                            <p>
                                <strong>{text.images(count(one.images))}</strong>
                                <br />
                                {text.mean}. {text.meanNote}
                            </p>
                        </div>
                        <Section title={text.typical} note={text.typicalNote}>
                            <Tiles label={text.typical}>
                                {one.typical.map(({ image, cosine }) => (
                                    <ImageTile key={image} image={image} value={number(cosine, 2)} />
                                ))}
                            </Tiles>
                        </Section>
                        {one.atypical.length > 0 && (
                            <Section title={text.atypical} note={text.atypicalNote}>
                                <Tiles label={text.atypical}>
                                    {one.atypical.map(({ image, cosine }) => (
                                        <ImageTile key={image} image={image} value={number(cosine, 2)} />
                                    ))}
                                </Tiles>
                            </Section>
                        )}
                        <Section title={text.keys} note={text.keysNote}>
                            {one.keyFeatures.length === 0 ? (
                                <p>{text.noKeys}</p>
                            ) : (
                                <div class="scroll" tabIndex={0} role="region" aria-label={text.keys}>
                                    <table class="key-features">
                                        <thead>
                                            <tr>
                                                <th scope="col">{text.feature}</th>
                                                <th scope="col" class="number">
                                                    {text.score}
                                                </th>
                                                <th scope="col" class="number">
                                                    {text.frequency}
                                                </th>
                                                <th scope="col" class="number">
                                                    {text.elsewhere}
                                                </th>
                                                <th scope="col" class="number">
                                                    {text.meanActivation}
                                                </th>
                                            </tr>
                                        </thead>
                                        <tbody>
                                            {one.keyFeatures.map(key => (
                                                <tr key={key.feature}>
                                                    <th scope="row">
                                                        <FeatureTile feature={key.feature} name={key.name} size={48} />
                                                    </th>
                                                    <td class="number">{number(key.score)}</td>
                                                    <Share value={key.frequency} shown={percent(key.frequency)} />
                                                    <Share value={key.elsewhere} shown={percent(key.elsewhere)} />
                                                    <td class="number">{number(key.meanActivation)}</td>
                                                </tr>
                                            ))}
                                        </tbody>
                                    </table>
                                </div>
                            )}
                        </Section>
                    </>
                )
            }
        </Await>
    );
}

/** A share as a number over a bar. */
function Share({ value, shown }: { value: number; shown: string }) {
    return (
        <td class="number">
            {shown}
            <span class="bar" aria-hidden="true">
                <span style={{ width: `${value * 100}%` }} />
            </span>
        </td>
    );
}
