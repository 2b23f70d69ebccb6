import { verifyEvents } from '../audit/audit-chain.ts';
import { listAuditEvents, readAuditHead } from '../audit/audit-store.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, fail } = findingsOf('audit');

/** As many of the newest events of each organization are checked; the whole chain is what `verify` is for. */
const NEWEST = 1_000;

/** The end of each organization's chain: the newest links hold, and the head is where they end. */
export async function checkAudit(db: Db, keyring: Keyring): Promise<Finding[]> {
  const organizations = await db.query<{ id: string; slug: string }>(
    'select id, slug from organizations order by slug',
  );
  const findings: Finding[] = [];
  for (const { id, slug } of organizations) {
    const broken = await db.transaction(async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only');
      return breakOf(tx, keyring, id);
    });
    findings.push(
      typeof broken === 'number'
        ? ok(slug, `The chain holds (newest ${Math.min(broken, NEWEST)} of ${broken} events).`)
        : fail(
            slug,
            `The chain is broken: ${broken}.`,
            'Keep a copy of the database; ask GET /v1/audit-events/verify.',
          ),
    );
  }
  return findings;
}

/** The number of events, or where and why the chain breaks. */
async function breakOf(tx: Sql, keyring: Keyring, organizationId: string): Promise<number | string> {
  const newest = await listAuditEvents(tx, organizationId, {}, undefined, NEWEST + 1);
  const events = newest.reverse();
  const head = (await readAuditHead(tx, organizationId)) ?? { seq: 0, mac: '' };
  const [first, ...rest] = events;
  const whole = first === undefined || first.seq === 1;
  const state = whole ? verifyEvents(keyring, events) : verifyEvents(keyring, rest, first);
  if ('reason' in state) return `event ${state.seq}, ${state.reason}`;
  return state.seq === head.seq && state.mac === head.mac ? state.seq : `its head names event ${head.seq}`;
}
