import { Page } from '../components/page';

export function OverviewView() {
    return <Page title="overview">{null}</Page>;
}
