import { Section } from '../../components/page';
import { address, useMember, useRun } from '../../run';
import { define, useWords } from '../../words';

const words = define(
    {
        title: 'Where to go next',
        features: ['Features', 'All features as pictures: sort and filter them, and see what each responds to.'],
        images: ['Images', 'Open an image, see its code, and move a feature to see the reconstruction follow.'],
        draw: ['Draw', 'Draw something or drop a picture, and watch its code and reconstruction.'],
        classes: ['Classes', 'Which features are typical of a class, and what tells two classes apart.'],
        map: ['Map', 'All codes and features as a map: what is alike lies close together.'],
        members: ['Members', 'Which features the members share, and which only one of them found.'],
    },
    {
        title: '接下来去哪里',
        features: ['特征', '所有特征的图：排序、筛选，看每个特征对什么作出响应。'],
        images: ['图像', '打开一幅图像，查看它的编码；调动一个特征，看重建如何变化。'],
        draw: ['绘制', '画点什么或拖入一幅图片，观察它的编码和重建。'],
        classes: ['类别', '哪些特征是某个类别的典型特征，什么把两个类别区分开来。'],
        map: ['地图', '所有编码和特征的地图：相似的彼此靠近。'],
        members: ['成员', '哪些特征为各成员共有，哪些只有一个成员找到。'],
    },
);

/** Cards that lead to the other views. */
export function Next() {
    const text = useWords(words);
    const run = useRun();
    const member = useMember();
    const views = (['features', 'images', 'draw', 'classes', 'map', 'members'] as const).filter(
        view => (view !== 'classes' || run.classes.length > 0) && (view !== 'members' || run.members > 1),
    );
    return (
        <Section title={text.title}>
            <ul class="cards">
                {views.map(view => (
                    <li key={view}>
                        <a class="panel" href={address(`/${view}`, member)}>
                            <strong>{text[view][0]}</strong>
                            <span>{text[view][1]}</span>
                        </a>
                    </li>
                ))}
            </ul>
        </Section>
    );
}
