import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Secret, Target } from '../../../client/api-types.ts';
import { targetsQuery } from '../../queries.ts';
import { Breakable } from '../../ui/breakable.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { toneOfTarget, wordsOf } from '../../words.ts';

/** Where its copies are and how far each is. */
export function CopiesPanel({ secret }: { readonly secret: Secret }) {
  const { data, error } = useQuery(targetsQuery(secret.id));
  const copies = data?.items;
  return (
    <Panel title="Copies">
      {error && <Failure error={error} />}
      {!copies && !error && <Loading rows={2} height={40} />}
      {copies?.length === 0 && (
        <Text size="sm" c="dimmed">
          It lies at its source alone.
        </Text>
      )}
      {copies && copies.length > 0 && <Places copies={copies} />}
    </Panel>
  );
}

function Places({ copies }: { readonly copies: readonly Target[] }) {
  return (
    <WideTable label="Copies" minWidth={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Vault profile</Table.Th>
          <Table.Th>Path</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {copies.map(({ id, profileName, remotePath, desiredVersion, observedVersion, state, code }) => (
          <Table.Tr key={id}>
            <Table.Th scope="row" fw={600}>
              {profileName}
            </Table.Th>
            <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
              <Breakable text={remotePath} />
            </Table.Td>
            <Table.Td>
              {observedVersion ?? 'none'}
              {observedVersion !== desiredVersion && ` → ${desiredVersion ?? 'none'}`}
            </Table.Td>
            <Table.Td>
              <Status tone={toneOfTarget(state)} label={wordsOf(state)} />
              {code !== null && (
                <Text size="xs" c="dimmed">
                  {wordsOf(code)}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
