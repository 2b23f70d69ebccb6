import { Alert } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Me } from '../../../client/api-types.ts';
import { meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { projectsQuery } from '../../secret-queries.ts';
import { syncQuery } from '../../sync-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { profilesQuery } from '../../vault-queries.ts';
import { CopyDrawer } from './copy-drawer.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { HealthPanel } from './health-panel.tsx';
import { MapPanel } from './map-panel.tsx';
import { PauseButton } from './pause-button.tsx';
import { RestorePanel } from './restore-panel.tsx';

/** Every copy of every secret: what is in step, what is not and why, and what can be done about it. */
export function SyncScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Page
      title="Sync map"
      lead="Every secret at every vault profile that holds a copy of it."
      actions={mayAnywhere(me, 'vault.read') && <PauseButton me={me} />}
    >
      {mayAnywhere(me, 'vault.read') ? (
        <Shown me={me} />
      ) : (
        <Empty icon="sync" title="Not for this role">
          Whoever may see vaults sees here how far the copies in them are.
        </Empty>
      )}
    </Page>
  );
}

function Shown({ me }: { readonly me: Me }) {
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
      <Notices me={me} />
      <DriftPanel me={me} profiles={data} />
      <HealthPanel profiles={data} />
      <MapPanel search={filter} profiles={data} onOpen={open} />
      <CopyDrawer secretId={secret} targetId={copy} onClose={() => open(undefined, undefined)} />
    </>
  );
}

/** What holds all copies back. */
function Notices({ me }: { readonly me: Me }) {
  const { data } = useQuery(syncQuery);
  const { data: projects } = useQuery(projectsQuery);
  const held = (projects?.items ?? []).filter(({ pausedAt }) => pausedAt !== null);
  return (
    <>
      {data?.pausedAt && (
        <Alert variant="default" icon={<Icon name="info" />} title="Everything is paused">
          No copy is carried anywhere until an administrator of the installation resumes.
        </Alert>
      )}
      {held.length > 0 && (
        <Alert
          variant="default"
          icon={<Icon name="info" />}
          title={held.length === 1 ? 'A project is paused' : `${held.length} projects are paused`}
        >
          No copy of it is carried anywhere: {held.map(({ name }) => name).join(', ')}.
        </Alert>
      )}
      {data?.restore.suspected && <RestorePanel restore={data.restore} me={me} />}
    </>
  );
}
