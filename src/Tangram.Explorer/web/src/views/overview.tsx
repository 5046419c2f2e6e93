import { answer, client, type Answers } from '../api';
import { Page } from '../components/page';
import { Await } from '../components/state';
import { useLoaded } from '../load';
import { useRun } from '../run';
import '../styles/overview.css';
import { define, useWords } from '../words';
import { About } from './overview/about';
import { Examples } from './overview/examples';
import { Figures } from './overview/figures';
import { Next } from './overview/next';
import { Training } from './overview/training';
import { Wall } from './overview/wall';

export type Overview = Answers['OverviewAnswer'];

const words = define({ title: (run: string) => `What ${run} is` }, { title: (run: string) => `${run} 是什么` });

export function OverviewView() {
    const text = useWords(words);
    const run = useRun();
    const overview = useLoaded(signal => answer(client.GET('/api/run/overview', { signal })), []);
    return (
        <Page title={text.title(run.name)}>
            <Await of={overview}>
                {loaded => (
                    <>
                        <About training={loaded.training} />
                        <Wall />
                        <Examples />
                        <Figures overview={loaded} />
                        <Training overview={loaded} />
                        <Next />
                    </>
                )}
            </Await>
        </Page>
    );
}
