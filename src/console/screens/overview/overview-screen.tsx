import { Anchor, Group, List, SimpleGrid, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../client/api-types.ts';
import { activityQuery, countsQuery, inboxQuery, meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { wordsOf } from '../../words.ts';
import { ChangeList } from '../inbox/change-list.tsx';
import { Count } from './count.tsx';
import { Expiring } from './expiring.tsx';
import styles from './overview.module.css';
import { SyncCounts } from './sync-counts.tsx';
import { TroubledProfiles } from './troubled-profiles.tsx';

/** What needs somebody now, and what has just happened. */
export function OverviewScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Page title="Overview" lead={`${me.organization.name}, as ${me.name}`}>
      <Counts />
      {mayAnywhere(me, 'vault.read') && <SyncCounts />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
        <Waiting />
        <Activity />
        {mayAnywhere(me, 'secret.list') && <Expiring />}
        {mayAnywhere(me, 'vault.read') && <TroubledProfiles />}
      </SimpleGrid>
    </Page>
  );
}

function Counts() {
  const { data, error, refetch } = useQuery(countsQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={1} height={88} />;
  const shown = (count: number) => (count >= data.countedUpTo ? `${count}+` : String(count));
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Count number={shown(data.waitingForMe)} label="wait for you" to={{ to: '/inbox', search: { show: 'me' } }} />
      <Count number={shown(data.mineOpen)} label="of yours are open" to={{ to: '/inbox', search: { show: 'mine' } }} />
      <Count
        number={shown(data.mineWithoutEffect)}
        label="of yours had no effect"
        to={{ to: '/inbox', search: { show: 'mine' } }}
      />
      <Count number={shown(data.waiting)} label="wait for approval" to={{ to: '/inbox', search: { show: 'all' } }} />
    </SimpleGrid>
  );
}

function Waiting() {
  const { data, error, refetch } = useQuery(inboxQuery('me'));
  return (
    <Panel
      title="Waiting for you"
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/inbox" search={{ show: 'me' }} {...props} />}>
          Open the inbox
        </Anchor>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={3} />}
      {data?.items.length === 0 && (
        <Empty icon="check" title="Nothing waits for you">
          When a policy asks for your decision, it appears here by itself.
        </Empty>
      )}
      {data && data.items.length > 0 && <ChangeList changes={data.items.slice(0, 6)} view="me" />}
    </Panel>
  );
}

function Activity() {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayRead = me.rights.some(({ projectId, rights }) => projectId === null && rights.includes('audit.read'));
  const { data, error, refetch } = useQuery({ ...activityQuery, enabled: mayRead });
  return (
    <Panel title="Recent activity">
      {!mayRead && (
        <Empty icon="list" title="Not for this role">
          Auditors and administrators see here what happened last.
        </Empty>
      )}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {mayRead && !data && !error && <Loading rows={6} height={28} />}
      {data && (
        <List listStyleType="none" spacing={6} className={styles.activity}>
          {data.items.map((event) => (
            <List.Item key={event.id}>
              <Happened event={event} />
            </List.Item>
          ))}
        </List>
      )}
    </Panel>
  );
}

function Happened({ event }: { readonly event: AuditEvent }) {
  const text = wordsOf(event.action);
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" truncate>
        {event.objectType === 'change_request' ? (
          <Anchor
            inherit
            renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId: event.objectId }} {...props} />}
          >
            {text}
          </Anchor>
        ) : (
          text
        )}{' '}
        <Text span c="dimmed">
          by {event.actor.name}
        </Text>
      </Text>
      <Text size="sm" c="dimmed" style={{ flex: 'none' }}>
        <Time at={event.at} />
      </Text>
    </Group>
  );
}
