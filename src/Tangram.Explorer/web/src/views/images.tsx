import { Page } from '../components/page';

export function ImagesView() {
    return <Page title="images">{null}</Page>;
}
