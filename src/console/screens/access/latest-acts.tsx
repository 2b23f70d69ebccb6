import { Anchor, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../client/api-types.ts';
import { actionWords } from '../../action-words.ts';
import { latestEventsQuery } from '../../audit-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { useEventName } from '../../use-event-name.ts';

type Filter = { readonly personId: string } | { readonly objectId: string };

/** What somebody did last, or what happened last to something. */
export function LatestActs({ filter }: { readonly filter: Filter }) {
  const { data, error, refetch } = useQuery(latestEventsQuery(filter));
  const search = 'personId' in filter ? { person: filter.personId } : { object: filter.objectId };
  return (
    <Panel
      title={'personId' in filter ? 'Last acts' : 'Last events'}
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={search} {...props} />}>
          All in the record
        </Anchor>
      }
    >
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={24} />)}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is recorded yet.
        </Text>
      )}
      <List listStyleType="none" spacing={4} size="sm" styles={{ itemWrapper: { display: 'block' } }}>
        {data?.map((event) => (
          <List.Item key={event.id}>
            <Act event={event} byWhom={'objectId' in filter} />
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}

function Act({ event, byWhom }: { readonly event: AuditEvent; readonly byWhom: boolean }) {
  const name = useEventName(event);
  return (
    <Group gap="sm" justify="space-between" align="flex-start" wrap="nowrap">
      <span>
        {actionWords(event.action)}
        {byWhom ? `, by ${event.actor.name}` : name !== undefined && ` ${name}`}
      </span>
      <Text span size="sm" c="dimmed" flex="none">
        <Time at={event.at} />
      </Text>
    </Group>
  );
}
