import { Page } from '../components/page';

export function DrawView() {
    return <Page title="draw">{null}</Page>;
}
