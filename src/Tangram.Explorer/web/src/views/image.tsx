import { Page } from '../components/page';

export function ImageView() {
    return <Page title="image">{null}</Page>;
}
