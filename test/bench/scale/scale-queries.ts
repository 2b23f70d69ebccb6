import type { Actor } from '../../../src/access/actor.ts';
import { createChangeReader } from '../../../src/approvals/change-reader.ts';
import type { ChangeQuery } from '../../../src/approvals/change-schemas.ts';
import { dueChanges, expiredChanges } from '../../../src/approvals/change-store.ts';
import { type AuditFilter, listAuditEvents } from '../../../src/audit/audit-store.ts';
import type { Sql } from '../../../src/db.ts';
import { dueImports } from '../../../src/imports/import-store.ts';
import { listSecrets, type SecretFilter, type SecretSort } from '../../../src/secrets/catalog-store.ts';
import { listExpiring } from '../../../src/secrets/expiring-store.ts';
import { listFolders } from '../../../src/secrets/folder-store.ts';
import { listVersions } from '../../../src/secrets/secret-store.ts';
import { secretSubject } from '../../../src/secrets/secret-subject.ts';
import { dueScans, reclaimRemoved, takeScanTurn, wasRefused } from '../../../src/sync/drift-store.ts';
import { countRestingAt, countWaitingTargets } from '../../../src/sync/target-count-store.ts';
import {
  type ClaimedTarget,
  claimTargets,
  dueProfiles,
  recheckTarget,
  recordTargets,
} from '../../../src/sync/target-store.ts';
import type { ScaleIds, ScaleSize } from './seed-scale.ts';

/** Something the product asks of its database, with other parameters each time. */
export interface ScaleQuery {
  readonly name: string;
  /** Changes rows: what it did is rolled back. */
  readonly writes?: true;
  ask(db: Sql, times: number): Promise<unknown>;
}

const PAGE = 100;
const TIMING = { leaseMs: 30_000, settleMs: 120_000 };

/** By the product's own functions, so that what is measured is what runs. */
export function scaleQueries(ids: ScaleIds, size: ScaleSize): ScaleQuery[] {
  return [
    ...workQueries(ids, size),
    ...driftQueries(ids, size),
    ...listQueries(ids, size),
    ...auditQueries(ids, size),
    ...watchQueries(size),
  ];
}

/** A profile at a vault, neither of which was changed since it was made. */
const asMade = (id: string) => ({ id, revision: 1, vaultRevision: 1 });

/** What scanner and workers ask all the time. */
function workQueries({ profileId }: ScaleIds, size: ScaleSize): ScaleQuery[] {
  return [
    { name: 'scanner: profiles with due targets', ask: (db) => dueProfiles(db) },
    { name: 'scanner: due changes', ask: (db) => dueChanges(db, 500) },
    { name: 'scanner: expired changes', ask: (db) => expiredChanges(db, 100) },
    { name: 'scanner: due imports', ask: (db) => dueImports(db, 20) },
    { name: 'sync: claim 32 targets', writes: true, ask: (db) => claimTargets(db, asMade(profileId), 32, TIMING) },
    {
      name: 'sync: look again before a write',
      ask: (db, times) => recheckTarget(db, { ...targetOf(times, size), wary: false }, ['k1:x']),
    },
    {
      name: 'sync: record 32 results',
      writes: true,
      ask: (db, times) =>
        recordTargets(
          db,
          Array.from({ length: 32 }, (_, index) => ({
            ...targetOf(times * 32 + index, size),
            state: 'synced',
            code: null,
            proved: { version: 1, remoteVersion: '1' },
            retryInMs: null,
            attempt: false,
            written: { version: 1 },
            unclear: false,
            scanInMs: 3_600_000,
            repaired: null,
          })),
          TIMING.settleMs,
        ),
    },
  ];
}

/** What a cycle of the drift scan asks. */
function driftQueries({ profileId }: ScaleIds, size: ScaleSize): ScaleQuery[] {
  const place = { place: 'scale:1', entry: 'copy/1' };
  return [
    { name: 'drift: profiles with copies to look at', ask: (db) => dueScans(db) },
    { name: 'drift: take a turn', writes: true, ask: (db) => takeScanTurn(db, profileId, 5_000) },
    {
      name: 'drift: claim 4 copies',
      writes: true,
      ask: (db) => claimTargets(db, asMade(profileId), 4, TIMING, 'scan'),
    },
    {
      name: 'drift: a removed copy is back',
      writes: true,
      ask: (db, times) =>
        reclaimRemoved(db, { ...targetOf(times, size), remotePath: 'copy/1' } as ClaimedTarget, place),
    },
    {
      name: 'drift: was that content refused before',
      ask: (db, times) => wasRefused(db, targetOf(times, size).secretId, ['k1:x']),
    },
  ];
}

/** Pages of people and programs. */
function listQueries({ organizationId, projectId, profileId }: ScaleIds, size: ScaleSize): ScaleQuery[] {
  const list = (name: string, sort: SecretSort, filter: SecretFilter = {}): ScaleQuery => ({
    name: `list: ${name}`,
    ask: (db, times) => {
      const key = `secret-${String((times * 7919) % size.secrets).padStart(7, '0')}`;
      const after = times % 2 === 0 || sort !== 'name' ? undefined : { sort, key, id: uuidOf('004', times) };
      return listSecrets(db, organizationId, 'all', filter, sort, after, PAGE + 1);
    },
  });
  const changes = (name: string, query: Partial<ChangeQuery>): ScaleQuery => ({
    name: `changes: ${name}`,
    ask: (db) =>
      createChangeReader({ db, subject: secretSubject }).list(reader(organizationId), {
        limit: PAGE,
        sort: 'newest',
        ...query,
      } as ChangeQuery),
  });
  const folders = (name: string, parent: string): ScaleQuery => ({
    name: `folders: ${name}`,
    ask: (db) => listFolders(db, { organizationId, projectId }, 'all', { parent, after: undefined, limit: PAGE + 1 }),
  });
  return [
    list('by name', 'name'),
    list('newest first', '-createdAt'),
    list('changed last first', '-updatedAt'),
    list('of a project', 'name', { project: projectId }),
    list('of a tag', 'name', { tag: 'tag-7' }),
    list('of a folder', 'name', { path: 'team-7' }),
    list('of a profile', 'name', { profileId }),
    list('part of a name', 'name', { name: '00042' }),
    list('a name nobody has', 'name', { name: 'nobody' }),
    list('with a failed target', 'name', { targetState: 'failed' }),
    list('with a target in conflict', 'name', { targetState: 'conflict' }),
    list('deleted', 'name', { state: 'deleted' }),
    list('waiting for approval', 'name', { state: 'pending_approval' }),
    changes('newest first', {}),
    changes('oldest first', { sort: 'oldest' }),
    changes('my own', { mine: true }),
    changes('inbox: waiting for approval', { state: 'pending_approval' }),
    changes('of a state nothing is in', { state: 'indeterminate' }),
    changes('of a secret', { secretId: uuidOf('004', 4711 % size.secrets) }),
    folders('at the top of a project', ''),
    folders('below a folder', 'team-20'),
    { name: 'list: what ends within 30 days', ask: (db) => listExpiring(db, organizationId, 'all', 30, 200) },
    {
      name: 'versions of a secret',
      ask: (db, times) => listVersions(db, uuidOf('004', 1 + (times % size.secrets)), undefined, PAGE),
    },
  ];
}

/** Pages of the audit trail: the first, in turn with one of long ago. */
function auditQueries({ organizationId }: ScaleIds, { secrets }: ScaleSize): ScaleQuery[] {
  const events = (name: string, filter: (times: number) => AuditFilter): ScaleQuery => ({
    name: `audit: ${name}`,
    ask: (db, times) =>
      listAuditEvents(db, organizationId, filter(times), times % 2 === 0 ? undefined : secrets, PAGE + 1),
  });
  const first = (name: string, filter: (times: number) => AuditFilter): ScaleQuery => ({
    name: `audit: ${name}`,
    ask: (db, times) => listAuditEvents(db, organizationId, filter(times), undefined, PAGE + 1),
  });
  return [
    events('newest first', () => ({})),
    events('of a person', (times) => ({ personId: uuidOf('000', 1 + (times % 200)) })),
    events('of a person who did little', () => ({ personId: uuidOf('000', 999) })),
    events('of nobody', () => ({ personId: uuidOf('000', 1000) })),
    events('of an object', (times) => ({ objectId: uuidOf('004', 1 + ((times * 7919) % secrets)) })),
    events('of an action', () => ({ action: 'secret.read' })),
    events('of an action that never was', () => ({ action: 'vault.deleted' })),
    events('of a request', (times) => ({ requestId: `request-${(times * 7919) % secrets}` })),
    first('of an hour', () => ({ from: hoursAgo(3), until: hoursAgo(2) })),
    first('of a person in an hour', (times) => ({
      personId: uuidOf('000', 1 + (times % 200)),
      from: hoursAgo(30),
      until: hoursAgo(29),
    })),
  ];
}

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

/** What a scrape of the metrics asks. */
function watchQueries({ profiles }: ScaleSize): ScaleQuery[] {
  return [
    { name: 'metrics: targets out of step', ask: (db) => countWaitingTargets(db) },
    {
      name: 'metrics: targets in step at ten profiles',
      ask: (db, times) =>
        countRestingAt(
          db,
          Array.from({ length: 10 }, (_, at) => uuidOf('003', 1 + ((times * 10 + at) % profiles))),
        ),
    },
  ];
}

function uuidOf(kind: string, number: number): string {
  return `00000000-0000-7${kind}-8000-${number.toString(16).padStart(12, '0')}`;
}

function targetOf(number: number, { secrets, targets, profiles }: ScaleSize) {
  const i = 1 + ((number * 7919) % secrets);
  const id = uuidOf('007', (i - 1) * targets + 1);
  const profileId = uuidOf('003', 1 + ((i + 7) % profiles));
  return { id, leaseToken: 0, generation: 1, secretId: uuidOf('004', i), profileId };
}

/** Somebody who may see everything. */
function reader(organizationId: string): Actor {
  return {
    organizationId,
    type: 'person',
    id: uuidOf('000', 1),
    personId: uuidOf('000', 1),
    name: 'scale',
    tokenId: null,
    grants: [{ role: 'admin', projectId: null }],
    groupIds: [],
    isOperator: false,
    requestId: null,
    ip: null,
  };
}
