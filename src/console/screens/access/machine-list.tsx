import { Group, Paper, Stack, Table } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { machinesQuery } from '../../access-queries.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { useDirectory } from '../../use-directory.ts';
import { CutOff } from './cut-off.tsx';
import { NewMachine } from './new-machine.tsx';
import { standingOf } from './standing.ts';

/** Programs that act with roles of their own. */
export function MachineList() {
  const { data, error, refetch } = useQuery(machinesQuery);
  const { data: me } = useSuspenseQuery(meQuery);
  const { nameOf } = useDirectory();
  return (
    <Stack gap="sm">
      {may(me, 'access.administer', null) && (
        <Group justify="flex-end">
          <NewMachine />
        </Group>
      )}
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={44} />)}
      {data?.length === 0 && (
        <Empty icon="sync" title="No machine yet">
          A pipeline or a service acts as a machine: with roles and tokens of its own, and a person who answers for it.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Paper withBorder px="md" py="xs">
          <WideTable label="Machines" minWidth={480}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Who answers for it</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Since</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((machine) => (
                <Table.Tr key={machine.id}>
                  <Table.Td>
                    <ObjectLink about={{ type: 'machine', id: machine.id }}>{machine.name}</ObjectLink>
                  </Table.Td>
                  <Table.Td>{nameOf(machine.ownerId) ?? 'Somebody'}</Table.Td>
                  <Table.Td>
                    <Status {...standingOf(machine)} />
                  </Table.Td>
                  <Table.Td>
                    <Time at={machine.createdAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        </Paper>
      )}
      <CutOff count={data?.length ?? 0} />
    </Stack>
  );
}
