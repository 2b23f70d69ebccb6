import { Group, NativeSelect, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { grantsQuery, rolesQuery } from '../../access-queries.ts';
import { itemsOf } from '../../pages.ts';
import { type RoleName, roleLabel } from '../../role-words.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useDirectory } from '../../use-directory.ts';
import { GiveRole } from './give-role.tsx';
import { GrantTable } from './grant-table.tsx';
import { RoleGuide } from './role-guide.tsx';

/** Every role that was given, and what each allows. */
export function AllGrants() {
  const [role, setRole] = useState('');
  const [projectId, setProjectId] = useState('');
  const filter = { ...(role !== '' && { role: role as RoleName }), ...(projectId !== '' && { projectId }) };
  const list = useInfiniteQuery(grantsQuery(filter));
  const { data, error, refetch } = list;
  const { data: roles = [] } = useQuery(rolesQuery);
  const { projects } = useDirectory();
  return (
    <Stack gap="lg">
      <Panel title="Who holds which role" aside={<GiveRole title="Give a role" />}>
        <Group gap="sm" mb="sm" role="search" aria-label="Roles">
          <NativeSelect
            label="Role"
            value={role}
            data={[
              { value: '', label: 'Any' },
              ...roles.map((each) => ({ value: each.role, label: roleLabel(each.role) })),
            ]}
            onChange={({ currentTarget }) => setRole(currentTarget.value)}
          />
          <NativeSelect
            label="Given in"
            value={projectId}
            data={[{ value: '', label: 'Anywhere' }, ...projects.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={({ currentTarget }) => setProjectId(currentTarget.value)}
          />
        </Group>
        {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading height={36} />)}
        {data && <GrantTable grants={itemsOf(data)} withSubject />}
        <More of={list} />
      </Panel>
      <RoleGuide roles={roles} />
    </Stack>
  );
}
