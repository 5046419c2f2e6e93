import { Page } from '../components/page';

export function MapView() {
    return <Page title="map">{null}</Page>;
}
