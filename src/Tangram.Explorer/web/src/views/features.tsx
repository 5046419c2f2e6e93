import { Page } from '../components/page';

export function FeaturesView() {
    return <Page title="features">{null}</Page>;
}
