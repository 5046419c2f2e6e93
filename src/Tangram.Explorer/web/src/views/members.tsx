import { Page } from '../components/page';

export function MembersView() {
    return <Page title="members">{null}</Page>;
}
