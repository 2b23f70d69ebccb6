import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { historyQuery } from '../../sync-queries.ts';
import type { HistoryEvent } from '../../sync-types.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Time } from '../../ui/time.tsx';
import { wordsOf } from '../../words.ts';

/** What the record says about a copy, newest first. */
export function CopyHistory({ targetId }: { readonly targetId: string }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayRead = may(me, 'audit.read', null);
  const { data, error, refetch } = useQuery({ ...historyQuery(targetId), enabled: mayRead });
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
      {data?.items.length === 0 && <Text size="sm">Nothing has happened yet.</Text>}
      {data?.items.map((event) => (
        <Group key={event.id} justify="space-between" gap="sm" wrap="nowrap">
          <Text size="sm">{sentence(event)}</Text>
          <Text size="sm" c="dimmed" flex="none">
            <Time at={event.at} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

function sentence({ action, details, actor }: HistoryEvent): string {
  const what = wordsOf(action.replace(/^target\./, ''));
  const version = typeof details.version === 'number' ? ` version ${details.version}` : '';
  const code = typeof details.code === 'string' ? ` (${wordsOf(details.code).toLowerCase()})` : '';
  return `${what}${version}${code}, by ${actor.name}`;
}
