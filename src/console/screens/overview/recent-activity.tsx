import { Anchor, Group, List, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../client/api-types.ts';
import { actionWords } from '../../action-words.ts';
import { activityQuery, meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { useEventName } from '../../use-event-name.ts';
import styles from './overview.module.css';

/** The newest part of the record; all of it is on a screen of its own. */
export function RecentActivity() {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayRead = may(me, 'audit.read', null);
  const { data, error, refetch } = useQuery({ ...activityQuery, enabled: mayRead });
  return (
    <Panel
      title="Recent activity"
      aside={
        mayRead && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/audit" {...props} />}>
            Open the audit trail
          </Anchor>
        )
      }
    >
      {!mayRead && (
        <Empty icon="list" title="Not for this role">
          Auditors and administrators see here what happened last.
        </Empty>
      )}
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {mayRead && !data && !error && <Loading rows={6} height={28} />}
      <List listStyleType="none" spacing={6} styles={{ itemWrapper: { display: 'block' } }}>
        {data?.items.map((event) => (
          <List.Item key={event.id}>
            <Happened event={event} />
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}

function Happened({ event }: { readonly event: AuditEvent }) {
  const { action, actor, at, objectType, objectId } = event;
  const name = useEventName(event);
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
      <Text size="sm" className={styles.happened}>
        <ObjectLink about={{ type: objectType, id: objectId }}>{actionWords(action)}</ObjectLink>
        {name !== undefined && ` ${name}`}{' '}
        <Text span inherit c="dimmed">
          by {actor.name}
        </Text>
      </Text>
      <Text size="sm" c="dimmed" flex="none">
        <Time at={at} />
      </Text>
    </Group>
  );
}
