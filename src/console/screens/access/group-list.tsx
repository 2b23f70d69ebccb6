import { Group, Paper, Stack, Table } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { groupsQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { CutOff } from './cut-off.tsx';
import { NameDialog } from './name-dialog.tsx';

/** Groups of people. */
export function GroupList() {
  const { data, error, refetch } = useQuery(groupsQuery);
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Stack gap="sm">
      {may(me, 'access.administer', null) && (
        <Group justify="flex-end">
          <NameDialog
            label="Add a group"
            title="Add a group"
            variant="filled"
            send={({ name }, options) => keyferry.groups.create({ name }, options)}
            done="Added. Put people in and give it a role next."
          />
        </Group>
      )}
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={44} />)}
      {data?.length === 0 && (
        <Empty icon="people" title="No group yet">
          A group carries roles for everybody in it, and policies can ask a group to decide.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Paper withBorder px="md" py="xs">
          <WideTable label="Groups" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Since</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map(({ id, name, createdAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <ObjectLink about={{ type: 'group', id }}>{name}</ObjectLink>
                  </Table.Td>
                  <Table.Td>
                    <Time at={createdAt} />
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
