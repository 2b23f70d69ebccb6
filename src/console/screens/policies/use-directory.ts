import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { groupsQuery, peopleQuery } from '../../access-queries.ts';
import { customerChoicesQuery } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { mayWholly } from '../../rights.ts';
import { projectsQuery } from '../../secret-queries.ts';
import type { NameOf } from './policy-words.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Everything a policy can name, to choose from and to call by name. */
export interface Directory {
  readonly users: readonly Choice[];
  readonly groups: readonly Choice[];
  readonly projects: readonly Choice[];
  readonly customers: readonly Choice[];
  readonly nameOf: NameOf;
}

const UNKNOWN = { user: 'somebody', group: 'not known', project: 'not known', customer: 'not known' } as const;

/** Whoever may not list them sees no names. People who are disabled keep theirs, and are marked. */
export function useDirectory(): Directory {
  const { data: me } = useSuspenseQuery(meQuery);
  const enabled = mayWholly(me, 'secret.list');
  const people = useQuery({ ...peopleQuery, enabled });
  const groups = useQuery({ ...groupsQuery, enabled });
  const projects = useQuery({ ...projectsQuery, enabled });
  const customers = useQuery({ ...customerChoicesQuery, enabled });
  const projectNames = new Map(projects.data?.items.map(({ id, name }) => [id, name]));
  const lists = {
    user: (people.data ?? []).map(({ id, name, disabled }) => ({
      value: id,
      label: disabled ? `${name} (disabled)` : name,
    })),
    group: (groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
    project: (projects.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    customer: (customers.data ?? []).map(({ id, name, projectId }) => ({
      value: id,
      label: `${name} (${projectNames.get(projectId) ?? UNKNOWN.project})`,
    })),
  };
  return {
    users: lists.user,
    groups: lists.group,
    projects: lists.project,
    customers: lists.customer,
    nameOf: (kind, id) => lists[kind].find(({ value }) => value === id)?.label ?? UNKNOWN[kind],
  };
}
