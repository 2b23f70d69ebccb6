import { Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { AuditEvent } from '../../../client/api-types.ts';
import { itemsOf } from '../../pages.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { historyQuery } from '../../sync-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Time } from '../../ui/time.tsx';
import { wordsOf } from '../../words.ts';

/** What the record says about a copy, newest first. */
export function CopyHistory({ targetId }: { readonly targetId: string }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayRead = may(me, 'audit.read', null);
  const read = useInfiniteQuery({ ...historyQuery(targetId), enabled: mayRead });
  const { data, error, refetch } = read;
  const events = data && itemsOf(data);
  return (
    <Stack gap="xs" component="section" aria-label="History">
      <Title order={3} size="h6">
        History
      </Title>
      {!mayRead && (
        <Text size="sm" c="dimmed">
          Auditors and administrators see here what happened to it.
        </Text>
      )}
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {mayRead && !data && !error && <Loading rows={3} height={24} />}
      {events?.length === 0 && <Text size="sm">Nothing has happened yet.</Text>}
      {events?.map((event) => (
        <Group key={event.id} justify="space-between" gap="sm" wrap="nowrap">
          <Text size="sm">{sentence(event)}</Text>
          <Text size="sm" c="dimmed" flex="none">
            <Time at={event.at} />
          </Text>
        </Group>
      ))}
      <More of={read} />
    </Stack>
  );
}

function sentence({ action, details, actor }: AuditEvent): string {
  const what = wordsOf(action.replace(/^target\./, ''));
  const version = typeof details.version === 'number' ? ` version ${details.version}` : '';
  const code = typeof details.code === 'string' ? ` (${wordsOf(details.code).toLowerCase()})` : '';
  return `${what}${version}${code}, by ${actor.name}`;
}
