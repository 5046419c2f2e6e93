import { Page } from '../components/page';

export function ClassesView() {
    return <Page title="classes">{null}</Page>;
}
