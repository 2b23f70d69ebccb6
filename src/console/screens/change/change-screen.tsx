import { Box, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { changeQuery, inboxQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { absolute, Time } from '../../ui/time.tsx';
import { CHANGE_STATE, wordsOf } from '../../words.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import styles from './change-screen.module.css';
import { useChangeTitle } from './change-title.tsx';
import { CommentsPanel } from './comments-panel.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { DestinationsPanel } from './destinations-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';

/** One change request: everything a decision is made from, and the decision. */
export function ChangeScreen() {
  const { changeId } = useParams({ from: '/signed-in/changes/$changeId' });
  const { data, error, refetch } = useQuery(changeQuery(changeId));
  if (data) return <ChangePage key={data.id} change={data} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={4} height={140} />;
}

function ChangePage({ change }: { readonly change: ChangeRequestDetail }) {
  const title = useChangeTitle(change);
  const state = CHANGE_STATE[change.state];
  useNeighbours(change.id);
  return (
    <>
      <Box maw={1200} mx="auto" mb="xs">
        <Link to="/inbox" search={{ show: 'me' }} className={styles.back}>
          <Icon name="back" size={16} /> Inbox
        </Link>
      </Box>
      <Page title={title} lead={<Lead change={change} />} actions={<Status tone={state.tone} label={state.label} />}>
        <div className={styles.columns}>
          <div className={styles.main}>
            <EvidencePanel change={change} />
            <DestinationsPanel change={change} />
            <CommentsPanel change={change} />
          </div>
          <div className={styles.side}>
            <DecisionPanel change={change} title={title} />
            <ApprovalPanel change={change} />
          </div>
        </div>
      </Page>
    </>
  );
}

function Lead({ change }: { readonly change: ChangeRequestDetail }) {
  const { requester, createdAt, revision, expiresAt, state, code } = change;
  return (
    <>
      <span>
        Asked by <strong>{requester.name}</strong> <Time at={createdAt} />
        {revision > 1 && ` · revision ${revision}`}
        {state === 'pending_approval' && expiresAt && ` · open until ${absolute(expiresAt)}`}
        {code !== null && ` · ${wordsOf(code).toLowerCase()}`}
      </span>
      {change.comment !== '' && (
        <Text component="blockquote" className={styles.quote}>
          {change.comment}
        </Text>
      )}
    </>
  );
}

/** j and k lead through what waits, u back to the list. */
function useNeighbours(changeId: string): void {
  const navigate = useNavigate();
  const { data } = useQuery(inboxQuery('me'));
  const step = (by: number) => {
    const ids = (data?.items ?? []).map(({ id }) => id);
    const at = ids.indexOf(changeId);
    const next = at === -1 ? ids[0] : ids[at + by];
    if (next !== undefined) void navigate({ to: '/changes/$changeId', params: { changeId: next } });
  };
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['u', () => void navigate({ to: '/inbox', search: { show: 'me' } })],
  ]);
}
