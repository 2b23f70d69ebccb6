import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { ApprovalRuleOutput } from '../client/api-types.ts';
import { MOST } from './access-queries.ts';
import { keyferry } from './keyferry.ts';

/* Reads about policies, and about those whom they name. */

const PAGE = { limit: 200 };
/** What somebody chooses from. */
const STAYS_MS = 60_000;

export const policiesQuery = queryOptions({
  queryKey: ['policies', 'list'],
  queryFn: ({ signal }) => keyferry.approvalProfiles.list(PAGE, { signal }).all(),
});

export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ['policies', 'one', id],
    queryFn: ({ signal }) => keyferry.approvalProfiles.get(id, { signal }),
  });

/** What the whole organization asks for. */
export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['policies', 'organization', id],
    queryFn: ({ signal }) => keyferry.organizations.get(id, { signal }),
  });

/** Who could decide under a draft. It is asked for at every change of the draft, so answers are not kept for long. */
export const eligibilityQuery = (rules: readonly ApprovalRuleOutput[], requesterId: string | null) =>
  queryOptions({
    queryKey: ['policies', 'eligibility', rules, requesterId],
    queryFn: ({ signal }) =>
      keyferry.approvalProfiles.eligibility(
        { policy: { rules }, ...(requesterId === null ? {} : { requesterId }) },
        { signal },
      ),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    retry: false,
  });

const MOST_VERSIONS = 100;

/** What became of a policy, newest first: the audit trail holds each version in full. */
export const policyHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'policy', id],
    queryFn: ({ signal }) => keyferry.audit.list({ objectId: id, ...PAGE }, { signal }).all(MOST_VERSIONS),
  });

/** Customers of all projects that one sees. */
export const customerChoicesQuery = queryOptions({
  queryKey: ['projects', 'customers'],
  queryFn: ({ signal }) => keyferry.customers.listAll(PAGE, { signal }).all(MOST),
  staleTime: STAYS_MS,
});

/** After something about policies was changed. */
export async function refreshPolicies(client: QueryClient): Promise<void> {
  const areas = ['policies', 'profiles', 'changes', 'audit'];
  await Promise.all(areas.map((area) => client.invalidateQueries({ queryKey: [area] })));
}
