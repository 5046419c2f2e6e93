import { Page } from '../components/page';

export function FeatureView() {
    return <Page title="feature">{null}</Page>;
}
