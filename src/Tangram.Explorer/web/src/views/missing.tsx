import { Page } from '../components/page';
import { address, useMember } from '../run';
import { define, useWords } from '../words';

const words = define({ title: 'There is nothing here', back: 'Go to the overview' }, { title: '这里什么都没有', back: '前往概览' });

export function MissingView() {
    const text = useWords(words);
    return (
        <Page title={text.title}>
            <a href={address('/', useMember())}>{text.back}</a>
        </Page>
    );
}
