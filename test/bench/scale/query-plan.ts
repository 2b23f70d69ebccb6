import type pg from 'pg';
import type { Asked } from '../../support/recording-sql.ts';

/** Tables that grow with the number of secrets. Reading one of them whole takes longer the more there is. */
const BIG_TABLES = ['secrets', 'secret_versions', 'targets', 'remote_entries', 'change_requests', 'audit_events'];

/** How PostgreSQL answers a statement, as text. `generic`: as for a prepared one whose parameters it does not look at. */
export async function planOf(client: pg.Client, { text, params }: Asked, generic: boolean): Promise<string> {
  const explained = generic
    ? client.query(`explain (generic_plan) ${text}`)
    : client.query(`explain ${text}`, [...params]);
  return (await explained).rows.map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN']).join('\n');
}

/** Big tables that the plan reads from end to end. */
export function tablesReadWhole(plan: string): string[] {
  const names = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table = '']) => table);
  return names.filter((name) => BIG_TABLES.includes(name));
}
