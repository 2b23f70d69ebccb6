import { systemActor } from '../access/actor.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { findCandidates, findRequesters } from './candidate-store.ts';
import { changeEvent } from './change-service.ts';
import type { ChangeSubject } from './change-subject.ts';
import { requiredPolicies } from './required-policies.ts';
import { lackAmong, unsatisfiable, votersIn } from './satisfiable-policy.ts';
import {
  changesToWatch,
  type Finding,
  markChanges,
  markProfiles,
  organizationsToWatch,
  profilesToWatch,
  type WatchedChange,
} from './watch-store.ts';

export interface SatisfiableWatchDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly subject: ChangeSubject;
  /** How long a finding holds. */
  readonly everyMs: number;
}

const MOST_ORGANIZATIONS = 50;
const MOST_CHANGES = 200;
const MOST_PROFILES = 100;

type Marked = readonly { readonly finding: Finding; readonly event: AuditEventInput }[];

/**
 * Looks again and again whether the people who are left can meet what waits for them, because people come and go without a
 * word to those who wait. What cannot be met is flagged, and unflagged when it can be again; each turn is in the audit trail.
 * Safe to run anywhere, any number of times.
 */
export function createSatisfiableWatch({ db, keyring, subject, everyMs }: SatisfiableWatchDeps): () => Promise<void> {
  const lookAtChanges = async (organizationId: string): Promise<Marked> => {
    const changes = await changesToWatch(db, organizationId, everyMs, MOST_CHANGES);
    const asked = [];
    for (const change of changes) asked.push({ change, policies: await requiredPolicies(db, subject, change) });
    const everything = asked.flatMap(({ policies }) => policies);
    const candidates = everything.length === 0 ? [] : await findCandidates(db, organizationId, everything);
    return asked.map(({ change, policies }) => {
      const lack = lackAmong(policies, votersIn(change.projectId, candidates), change.editors) ?? null;
      return { finding: findingOf(change, lack), event: changeTurned(change, lack) };
    });
  };

  const lookAtProfiles = async (organizationId: string): Promise<Marked> => {
    const profiles = await profilesToWatch(db, organizationId, everyMs, MOST_PROFILES);
    if (profiles.length === 0) return [];
    const policies = profiles.map((profile) => profile.policy);
    const [candidates, requesters] = await Promise.all([
      findCandidates(db, organizationId, policies),
      findRequesters(db, organizationId),
    ]);
    return profiles.map(({ id, name, version, policy, unsatisfiable: before }) => {
      const found = unsatisfiable(policy, candidates, requesters);
      const lack = found
        ? { rule: found.rule, step: found.step, required: found.required, available: found.available }
        : null;
      return {
        finding: { id, revision: version, lack, flagged: before !== null },
        event: {
          action: lack === null ? 'approval_profile.satisfiable' : 'approval_profile.unsatisfiable',
          objectType: 'approval_profile',
          objectId: id,
          details: { name, version, ...lack },
        },
      };
    });
  };

  const mark = async (organizationId: string, found: Marked, store: typeof markChanges): Promise<void> => {
    if (found.length === 0) return;
    await db.transaction(async (tx) => {
      const marked = await store(
        tx,
        found.map(({ finding }) => finding),
      );
      const turned = found.filter(
        ({ finding }) => marked.has(finding.id) && finding.flagged !== (finding.lack !== null),
      );
      await appendAudit(
        tx,
        keyring,
        systemActor(organizationId, 'satisfiable-watch'),
        turned.map(({ event }) => event),
      );
    });
  };

  return async () => {
    const failed: unknown[] = [];
    for (const organizationId of await organizationsToWatch(db, everyMs, MOST_ORGANIZATIONS)) {
      try {
        await mark(organizationId, await lookAtChanges(organizationId), markChanges);
        await mark(organizationId, await lookAtProfiles(organizationId), markProfiles);
      } catch (error) {
        // One organization's trouble must not hide another's.
        failed.push(error);
      }
    }
    if (failed.length > 0) throw failed[0];
  };
}

function findingOf({ id, revision, unsatisfiable: before }: WatchedChange, lack: Finding['lack']): Finding {
  return { id, revision, lack, flagged: before !== null };
}

function changeTurned(change: WatchedChange, lack: Finding['lack']): AuditEventInput {
  return lack === null
    ? changeEvent('change.satisfiable', change)
    : changeEvent('change.unsatisfiable', change, { ...lack });
}
