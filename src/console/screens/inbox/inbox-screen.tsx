import { Kbd, Tabs, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ChangeCounts } from '../../../client/api-types.ts';
import { itemsOf } from '../../pages.ts';
import { countsQuery, type InboxView, inboxPagesQuery } from '../../queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Page } from '../../ui/page.tsx';
import { ChangeList } from './change-list.tsx';

const VIEWS: readonly { readonly view: InboxView; readonly label: string }[] = [
  { view: 'me', label: 'Waiting for me' },
  { view: 'mine', label: 'Mine' },
  { view: 'all', label: 'Everything' },
];

/** Change requests: what waits for me, what I asked for, all there is. */
export function InboxScreen() {
  const { show } = useSearch({ from: '/signed-in/inbox' });
  const navigate = useNavigate();
  const counts = useQuery(countsQuery);
  return (
    <Page
      title="Inbox"
      lead={
        <Text size="sm" visibleFrom="sm">
          <Kbd>j</Kbd> <Kbd>k</Kbd> move, <Kbd>Enter</Kbd> opens, then <Kbd>a</Kbd> approves and <Kbd>r</Kbd> rejects
        </Text>
      }
    >
      <Tabs
        value={show}
        onChange={(view) => view && void navigate({ to: '/inbox', search: { show: view as InboxView } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {VIEWS.map(({ view, label }) => (
            <Tabs.Tab key={view} value={view}>
              {label} {countText(counts.data, view)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {VIEWS.map(({ view }) => (
          <Tabs.Panel key={view} value={view}>
            <Listed view={view} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

function Listed({ view }: { readonly view: InboxView }) {
  const read = useInfiniteQuery(inboxPagesQuery(view));
  const { data, error, refetch } = read;
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={84} />;
  const changes = itemsOf(data);
  if (changes.length === 0) return <Nothing view={view} />;
  return (
    <>
      <ChangeList changes={changes} view={view} />
      <More of={read} />
    </>
  );
}

function countText(counts: ChangeCounts | undefined, view: InboxView): string {
  const count = { me: counts?.waitingForMe, mine: counts?.mineOpen, all: undefined }[view] ?? 0;
  if (counts === undefined || count === 0) return '';
  return count >= counts.countedUpTo ? `(${count}+)` : `(${count})`;
}

function Nothing({ view }: { readonly view: InboxView }) {
  if (view === 'me') {
    return (
      <Empty icon="check" title="Nothing waits for you">
        When a policy asks for your decision, the change appears here by itself.
      </Empty>
    );
  }
  return (
    <Empty icon="inbox" title="No change yet">
      Every change of a secret, a vault or a policy leaves a record here: who asked, who agreed, what came of it.
    </Empty>
  );
}
