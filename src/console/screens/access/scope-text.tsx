import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { RoleGrant } from '../../../client/api-types.ts';
import { customersQuery } from '../../consumer-queries.ts';
import { meQuery } from '../../queries.ts';
import { mayWholly } from '../../rights.ts';
import { useDirectory } from '../../use-directory.ts';

type Scope = Pick<RoleGrant, 'projectId' | 'customerId' | 'shared'>;

/** Where a role counts, in words. */
export function ScopeText({ projectId, customerId, shared }: Scope) {
  const { nameOf } = useDirectory();
  const { data: me } = useSuspenseQuery(meQuery);
  const mayAsk = projectId !== null && customerId !== null && mayWholly(me, 'secret.list', projectId);
  const customers = useQuery(customersQuery(mayAsk ? projectId : undefined));
  if (projectId === null) return 'in the whole organization';
  const project = nameOf(projectId) ?? 'a project';
  if (customerId === null) return `in ${project}`;
  const customer = customers.data?.find(({ id }) => id === customerId)?.name ?? 'one customer';
  return `in ${project}, for ${customer}${shared ? ' and what is shared' : ''}`;
}
