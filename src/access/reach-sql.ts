import type { Reach } from './permissions.ts';

/**
 * SQL that keeps rows of a table with `project_id` and `customer_id` to what may be seen. Its text depends only on whether there are
 * grants for customers, so that nobody else pays for them.
 *
 * @param use adds a parameter and gives its placeholder
 */
export function withinReach(alias: string, reach: 'all' | Reach, use: (value: unknown) => string): string[] {
  if (reach === 'all') return [];
  const inProjects = `${alias}.project_id = any(${use(reach.projects)}::uuid[])`;
  if (reach.customers.length === 0) return [inProjects];
  const ofCustomers = `${alias}.customer_id = any(${use(reach.customers)}::uuid[])`;
  const shared = `${alias}.customer_id is null and ${alias}.project_id = any(${use(reach.shared)}::uuid[])`;
  return [`(${inProjects} or ${ofCustomers} or (${shared}))`];
}
