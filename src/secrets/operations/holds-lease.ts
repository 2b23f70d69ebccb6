import type { OperationTools, Run } from './operation.ts';

/**
 * Is the change still ours to carry out? False once somebody else has taken it over, because its lease ran out while this process
 * stood still. Asked right before what no condition of the vault guards.
 */
export async function holdsLease({ db }: OperationTools, { change }: Run): Promise<boolean> {
  const rows = await db.query(
    `select 1 from change_requests where id = $1::uuid and lease_token = $2 and state in ('executing', 'indeterminate')`,
    [change.id, change.leaseToken],
  );
  return rows.length === 1;
}

/** Younger than this a lease has not run out, however short the configuration makes it. */
const YOUNG_MS = 200;

/** The same for what is done all the time: nobody is asked while the lease is young. */
export async function stillHoldsLease(tools: OperationTools, run: Run): Promise<boolean> {
  return (run.since !== undefined && performance.now() - run.since < YOUNG_MS) || holdsLease(tools, run);
}
