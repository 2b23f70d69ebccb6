import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChangeRequestDetail, EvidenceDestination, Target } from '../../../client/api-types.ts';
import { evidenceQuery, targetsQuery } from '../../queries.ts';
import { Breakable } from '../../ui/breakable.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { toneOfTarget, wordsOf } from '../../words.ts';
import { DestinationsPicture } from './destinations-picture.tsx';

const ACTIONS: Readonly<Record<string, string>> = {
  create: 'Will be created',
  update: 'Will be updated',
  adopt: 'Taken over as it is',
  none: 'Stays as it is',
  remove: 'Will be removed',
  keep_copy: 'Copy stays, no longer kept in step',
  conflict: 'A foreign entry is there',
  drifted: 'Was changed by somebody else',
};

/** Where it goes: every place that holds the value now or will, and how far each copy is. */
export function DestinationsPanel({ change }: { readonly change: ChangeRequestDetail }) {
  const { data } = useQuery(evidenceQuery(change.id, change.revision));
  const done = change.state === 'applied';
  const targets = useQuery({ ...targetsQuery(change.secretId ?? ''), enabled: done && change.secretId !== null });
  if (change.secretId === null && data?.destinations.length === 0) return null;
  return (
    <Panel title={done ? 'Where it went' : 'Where it goes'}>
      {data ? (
        <Places places={data.destinations} targets={done ? (targets.data?.items ?? []) : undefined} />
      ) : (
        <Loading rows={2} height={40} />
      )}
    </Panel>
  );
}

interface PlacesProps {
  readonly places: readonly EvidenceDestination[];
  /** Undefined while nothing has happened. */
  readonly targets: readonly Target[] | undefined;
}

function Places({ places, targets }: PlacesProps) {
  if (places.length === 0) return <Text size="sm">It touches no vault.</Text>;
  const states = new Map(targets?.map(({ profileId, state }) => [profileId, state]));
  return (
    <Stack gap="md">
      <DestinationsPicture places={places} states={states} />
      <WideTable label="Places" minWidth={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Vault profile</Table.Th>
            <Table.Th>Path</Table.Th>
            <Table.Th>{targets ? 'State' : 'Plan'}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {places.map((place) => (
            <Place
              key={`${place.role} ${place.profileId}`}
              place={place}
              state={states.get(place.profileId)}
              done={targets !== undefined}
            />
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}

interface PlaceProps {
  readonly place: EvidenceDestination;
  readonly state: string | undefined;
  readonly done: boolean;
}

function Place({ place, state, done }: PlaceProps) {
  const { profileName, vaultKind, role, remotePath, isNew, action, profileEnabled } = place;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {profileName}
        </Text>
        <Text size="xs" c="dimmed">
          {role === 'source' ? 'Source' : 'Target'}, {vaultKind}
          {!profileEnabled && ', disabled'}
        </Text>
      </Table.Td>
      <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
        <Breakable text={remotePath} />
      </Table.Td>
      <Table.Td>
        {done ? (
          <Outcome role={role} state={state} />
        ) : (
          <>
            {ACTIONS[action] ?? wordsOf(action)}
            {isNew && (
              <Text size="xs" c="dimmed">
                The value has not been here before
              </Text>
            )}
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Outcome({ role, state }: { readonly role: EvidenceDestination['role']; readonly state: string | undefined }) {
  if (role === 'source') return <Status tone="good" label="Written" />;
  return state === undefined ? (
    <Text size="sm">No copy</Text>
  ) : (
    <Status tone={toneOfTarget(state)} label={wordsOf(state)} />
  );
}
