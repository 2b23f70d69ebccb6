import { Alert } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { syncQuery, waitingQuery } from '../../sync-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { profilesQuery } from '../../vault-queries.ts';
import { CopyDrawer } from './copy-drawer.tsx';
import { HealthPanel } from './health-panel.tsx';
import { MapPanel } from './map-panel.tsx';

/** Every copy of every secret: what is in step, what is not and why, and what can be done about it. */
export function SyncScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Page title="Sync map" lead="Every secret at every vault profile that holds a copy of it.">
      {mayAnywhere(me, 'vault.read') ? (
        <Shown />
      ) : (
        <Empty icon="sync" title="Not for this role">
          Whoever may see vaults sees here how far the copies in them are.
        </Empty>
      )}
    </Page>
  );
}

function Shown() {
  const { secret, copy, ...filter } = useSearch({ from: '/signed-in/sync' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(profilesQuery);
  const open = (secretId: string | undefined, targetId: string | undefined) =>
    void navigate({
      to: '/sync',
      search: { ...filter, ...(secretId && targetId ? { secret: secretId, copy: targetId } : {}) },
      resetScroll: false,
    });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={4} height={72} />;
  return (
    <>
      <Notices />
      <HealthPanel profiles={data} />
      <MapPanel search={filter} profiles={data} onOpen={open} />
      <CopyDrawer secretId={secret} targetId={copy} onClose={() => open(undefined, undefined)} />
    </>
  );
}

/** What holds all copies back. */
function Notices() {
  const { data } = useQuery(syncQuery);
  const waiting = useQuery(waitingQuery);
  const decide = (waiting.data ?? []).reduce(
    (sum, { states }) => sum + (states.conflict ?? 0) + (states.drifted ?? 0),
    0,
  );
  return (
    <>
      {data?.pausedAt && (
        <Alert variant="default" icon={<Icon name="info" />} title="Everything is paused">
          No copy is carried anywhere until an administrator of the installation resumes.
        </Alert>
      )}
      {data?.restore.suspected && (
        <Alert variant="default" icon={<Icon name="warning" />} title="The database seems older than the vaults">
          {data.restore.advice}
        </Alert>
      )}
      {decide > 0 && (
        <Alert
          variant="default"
          icon={<Icon name="warning" />}
          title={decide === 1 ? 'One copy needs a decision' : `${decide} copies need a decision`}
        >
          Somebody else changed what lies there, or an entry that is not ours stands in the way. Narrow the map to the
          state “Drifted” or “Conflict” and open a copy to decide.
        </Alert>
      )}
    </>
  );
}
