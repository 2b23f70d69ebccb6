import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { consumersQuery } from '../../consumer-queries.ts';
import { targetsQuery } from '../../queries.ts';

/** Whom a new version would reach. */
export function WriteReach({ secretId }: { readonly secretId: string }) {
  const copies = useQuery(targetsQuery(secretId)).data?.items.filter(({ state }) => state !== 'removed').length;
  const uses = useQuery(consumersQuery(secretId)).data?.items;
  if (copies === undefined || uses === undefined) return null;
  const readers = new Set(uses.filter(({ selector }) => !/^\d+$/.test(selector)).map(({ id }) => id)).size;
  return (
    <Text size="sm" c="dimmed">
      It reaches {counted(copies, 'copy', 'copies')} and {counted(readers, 'consumer', 'consumers')}.
    </Text>
  );
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : many}`;
}
