import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Project } from '../client/api-types.ts';
import { groupsQuery, machinesQuery, peopleQuery } from './access-queries.ts';
import { meQuery } from './queries.ts';
import { mayWholly } from './rights.ts';
import { projectsQuery } from './secret-queries.ts';

const NONE: readonly Project[] = [];

/** Who and what there is, by name. Empty for whoever holds no role that sees names. */
export function useDirectory() {
  const { data: me } = useSuspenseQuery(meQuery);
  const enabled = mayWholly(me, 'secret.list');
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled });
  const { data: groups = [] } = useQuery({ ...groupsQuery, enabled });
  const { data: machines = [] } = useQuery({ ...machinesQuery, enabled });
  const { data: places } = useQuery({ ...projectsQuery, enabled });
  const projects = places?.items ?? NONE;
  const names = useMemo(
    () => new Map([...people, ...groups, ...machines, ...projects].map(({ id, name }) => [id, name])),
    [people, groups, machines, projects],
  );
  /** Undefined: nobody and nothing that is known by that id. */
  const nameOf = (id: string): string | undefined => names.get(id);
  return { people, groups, machines, projects, nameOf };
}
