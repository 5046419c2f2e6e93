import { answer, client } from '../api';
import { Page } from '../components/page';
import { Await } from '../components/state';
import { useLoaded, useLoadedOf } from '../load';
import { useMember, useRun, useSettings } from '../run';
import '../styles/members.css';
import { define, useWords } from '../words';
import { Alike } from './members/alike';
import { Matches } from './members/matches';

const words = define(
    {
        title: 'Members',
        intro: 'The members of the ensemble learned side by side from the same images. Which features did they all find, which only one?',
        one: 'This run has one member, so there is nothing to compare it with.',
        by: 'Features are alike if',
        weights: 'they look alike: cosine of their weights',
        activations: 'the same images activate them: cosine of their activations',
    },
    {
        title: '成员',
        intro: '集成中的各成员用相同的图像同时训练。哪些特征是它们都找到的，哪些只有一个成员找到？',
        one: '本次运行只有一个成员，因此没有可比较的对象。',
        by: '特征相似的依据',
        weights: '看起来相似：权重的余弦',
        activations: '被相同的图像激活：激活值的余弦',
    },
);

export type By = 'weights' | 'activations';

export function MembersView() {
    const text = useWords(words);
    const run = useRun();
    return run.members > 1 ? (
        <Page title={text.title} intro={text.intro}>
            <Compared />
        </Page>
    ) : (
        <Page title={text.title}>
            <p>{text.one}</p>
        </Page>
    );
}

function Compared() {
    const text = useWords(words);
    const member = useMember();
    const [settings, change] = useSettings({ by: 'weights' });
    const by: By = settings.by === 'activations' ? 'activations' : 'weights';
    const members = useLoaded(signal => answer(client.GET('/api/members', { params: { query: { by } }, signal })), [by]);
    const matches = useLoadedOf(
        member,
        signal => answer(client.GET('/api/members/{member}/matches', { params: { path: { member }, query: { by } }, signal })),
        [by],
    );
    return (
        <>
            <div class="controls">
                <label>
                    {text.by}
                    <select value={by} onChange={event => change({ by: event.currentTarget.value })}>
                        <option value="weights">{text.weights}</option>
                        <option value="activations">{text.activations}</option>
                    </select>
                </label>
            </div>
            <Await of={members}>{loaded => <Alike members={loaded} />}</Await>
            <Await of={matches}>{loaded => <Matches matches={loaded} />}</Await>
        </>
    );
}
