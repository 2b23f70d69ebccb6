import { Group, Stack } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Machine } from '../../../client/api-types.ts';
import { machineQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { useDirectory } from '../../use-directory.ts';
import { BackToAccess } from './back-to-access.tsx';
import { EnableButton } from './enable-button.tsx';
import { LatestActs } from './latest-acts.tsx';
import { NameDialog } from './name-dialog.tsx';
import { RolesOf } from './roles-of.tsx';
import { standingOf } from './standing.ts';
import { TokensPanel } from './tokens-panel.tsx';

/** One machine: who answers for it, what it may do and how it comes in. */
export function MachineScreen() {
  const { machineId } = useParams({ from: '/signed-in/access/machines/$machineId' });
  const { data, error, refetch } = useQuery(machineQuery(machineId));
  if (data) return <MachinePage key={data.id} machine={data} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={120} />;
}

function MachinePage({ machine }: { readonly machine: Machine }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { id, name, ownerId, disabled } = machine;
  const administers = may(me, 'access.administer', null);
  return (
    <>
      <BackToAccess show="machines" />
      <Page
        title={name}
        lead={<Lead machine={machine} />}
        actions={
          administers && (
            <Group gap="sm">
              <NameDialog
                label="Rename"
                title={`Rename ${name}`}
                start={{ name }}
                send={({ name: wanted }, options) => keyferry.machines.update(id, { name: wanted }, options)}
                done="Renamed."
              />
              <EnableButton
                name={name}
                disabled={disabled}
                send={(wanted, options) => keyferry.machines.update(id, { disabled: wanted }, options)}
                says="Its tokens are refused from the next request on. Nothing is lost: enabling brings it all back."
              />
            </Group>
          )
        }
      >
        <Stack gap="lg">
          {mayAnywhere(me, 'access.administer') && (
            <RolesOf subject={{ subjectType: 'machine', subjectId: id }} name={name} />
          )}
          {administers && <TokensPanel owner={{ machineId: id }} mayMake={ownerId === me.personId} />}
          {may(me, 'audit.read', null) && <LatestActs filter={{ objectId: id }} />}
        </Stack>
      </Page>
    </>
  );
}

function Lead({ machine }: { readonly machine: Machine }) {
  const { nameOf } = useDirectory();
  return (
    <Group gap="md">
      <span>
        A machine.{' '}
        <ObjectLink about={{ type: 'person', id: machine.ownerId }}>{nameOf(machine.ownerId) ?? 'Somebody'}</ObjectLink>{' '}
        answers for it and makes its tokens.
      </span>
      <Status {...standingOf(machine)} />
    </Group>
  );
}
