import { Group, Paper, Stack, Switch, Table, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Person } from '../../ui/person.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { CutOff } from './cut-off.tsx';
import { NameDialog } from './name-dialog.tsx';
import { standingOf } from './standing.ts';

/** People of the organization. */
export function PeopleList() {
  const { data, error, refetch } = useQuery(peopleQuery);
  const { data: me } = useSuspenseQuery(meQuery);
  const [wanted, setWanted] = useState('');
  const [all, { toggle }] = useDisclosure();
  const sought = wanted.trim().toLowerCase();
  const shown = (data ?? []).filter(
    ({ name, email, disabled }) => (all || !disabled) && `${name} ${email}`.toLowerCase().includes(sought),
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Group gap="md" align="flex-end" role="search" aria-label="People">
          <TextInput
            label="Name or e-mail"
            type="search"
            autoComplete="off"
            value={wanted}
            onChange={({ currentTarget }) => setWanted(currentTarget.value)}
          />
          <Switch label="Also disabled ones" checked={all} onChange={toggle} pb={8} />
        </Group>
        {may(me, 'access.administer', null) && (
          <NameDialog
            label="Add a person"
            title="Add a person"
            variant="filled"
            withEmail
            send={(names, options) => keyferry.people.create(names, options)}
            done="Added. Give a role and a first token next."
          />
        )}
      </Group>
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={44} />)}
      {data && shown.length === 0 && (
        <Empty icon="people" title="Nobody fits">
          No person is called so.
        </Empty>
      )}
      {shown.length > 0 && (
        <Paper withBorder px="md" py="xs">
          <WideTable label="People" minWidth={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>E-mail</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Since</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((person) => (
                <Table.Tr key={person.id}>
                  <Table.Td>
                    <ObjectLink about={{ type: 'person', id: person.id }}>
                      <Person name={person.name} />
                    </ObjectLink>
                  </Table.Td>
                  <Table.Td>{person.email}</Table.Td>
                  <Table.Td>
                    <Status {...standingOf(person)} />
                  </Table.Td>
                  <Table.Td>
                    <Time at={person.createdAt} />
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
