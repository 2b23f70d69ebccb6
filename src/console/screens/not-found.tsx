import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="Not found">
      <Empty icon="info" title="There is no such page">
        The address may have a slip in it.{' '}
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>Go to the overview</Anchor>
      </Empty>
    </Page>
  );
}
