import { queryOptions } from '@tanstack/react-query';
import { MOST } from './access-queries.ts';
import { keyferry } from './keyferry.ts';

/** Who reads a secret. */
export const consumersQuery = (secretId: string) =>
  queryOptions({
    queryKey: ['secrets', 'consumers', secretId],
    queryFn: ({ signal }) => keyferry.call('listSecretConsumers', { params: { secretId } }, { signal }),
  });

/** Whose secrets a project keeps apart; none without a project. */
export const customersQuery = (project: string | undefined) =>
  queryOptions({
    queryKey: ['projects', 'customers', project ?? ''],
    queryFn: async ({ signal }) =>
      project === undefined ? [] : keyferry.customers.list(project, { limit: 200 }, { signal }).all(MOST),
    staleTime: 60_000,
  });
