import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/empty.tsx';

export function NotFound() {
  return (
    <main>
      <Empty icon="info" title="There is no such page">
        The address may have a slip in it.{' '}
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>Go to the overview</Anchor>
      </Empty>
    </main>
  );
}
