import { Anchor, SimpleGrid } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countsQuery, inboxQuery, meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ChangeList } from '../inbox/change-list.tsx';
import { Count } from './count.tsx';
import { Expiring } from './expiring.tsx';
import { RecentActivity } from './recent-activity.tsx';
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
        <RecentActivity />
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
      <Count
        number={shown(data.waitingForMe)}
        label={data.waitingForMe === 1 ? 'waits for you' : 'wait for you'}
        to={{ to: '/inbox', search: { show: 'me' } }}
      />
      <Count
        number={shown(data.mineOpen)}
        label={data.mineOpen === 1 ? 'of yours is open' : 'of yours are open'}
        to={{ to: '/inbox', search: { show: 'mine' } }}
      />
      <Count
        number={shown(data.mineWithoutEffect)}
        label="of yours had no effect"
        to={{ to: '/inbox', search: { show: 'mine' } }}
      />
      <Count
        number={shown(data.waiting)}
        label={data.waiting === 1 ? 'waits for approval' : 'wait for approval'}
        to={{ to: '/inbox', search: { show: 'all' } }}
      />
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
