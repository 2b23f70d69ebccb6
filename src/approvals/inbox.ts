import type { Actor } from '../access/actor.ts';
import { projectsWith, reachWith } from '../access/permissions.ts';
import type { Cursor } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { approvalWouldCount } from './approval-policy.ts';
import type { Change } from './change.ts';
import {
  approversOf,
  type ChangeFilter,
  type ChangeSort,
  countChanges,
  countOpenOverrides,
  type Inbox,
  inboxOf,
  listChanges,
} from './change-list-store.ts';
import { loadVoters } from './voter-store.ts';

/** Changes read at once, and batches read at most, to fill one page. */
const BATCH = 200;
const MOST_BATCHES = 5;

/** Counts end here: nobody reads more, and counting on would cost what nobody asked for. */
export const MOST_COUNTED = 100;

export type Waiting = Change & { readonly sortKey: string };

/**
 * Up to `wanted` changes on which the actor's approval would count at this moment, by the policies they were opened under.
 * The cursor is where the search has come to; undefined when there is nothing further.
 */
export async function findWaiting(
  db: Sql,
  actor: Actor,
  filter: ChangeFilter,
  sort: ChangeSort,
  after: Cursor | undefined,
  wanted: number,
): Promise<{ readonly found: Waiting[]; readonly next: Cursor | undefined }> {
  const waitingFor: Inbox = {
    personId: actor.personId,
    within: projectsWith(actor, 'change.review'),
    ...(await inboxOf(db, actor.organizationId, actor.personId)),
  };
  const within = reachWith(actor, 'change.read');
  const found: Waiting[] = [];
  let from = after;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const rows = await listChanges(db, actor, within, { ...filter, waitingFor }, sort, from, BATCH);
    for (const change of await openTo(db, actor, rows)) {
      if (found.length === wanted) return { found, next: from };
      found.push(change);
      from = cursorOf(sort, change);
    }
    const last = rows.at(-1);
    if (rows.length < BATCH || last === undefined) return { found, next: undefined };
    from = cursorOf(sort, last);
  }
  return { found, next: from };
}

export function cursorOf(sort: ChangeSort, change: Waiting): Cursor {
  return sort === 'expiring' ? { sort, key: change.sortKey, id: change.id } : { sort, id: change.id };
}

/** Those with a step that takes this person's vote now. */
async function openTo(db: Sql, actor: Actor, changes: readonly Waiting[]): Promise<Waiting[]> {
  const approvers = await approversOf(
    db,
    changes.map((change) => change.id),
  );
  const open: Waiting[] = [];
  const projects = new Map<string | null, Waiting[]>();
  for (const change of changes) projects.set(change.projectId, [...(projects.get(change.projectId) ?? []), change]);
  for (const [projectId, inProject] of projects) {
    const people = [...new Set(inProject.flatMap((change) => approvers.get(change.id) ?? [])), actor.personId];
    const voters = await loadVoters(db, actor.organizationId, projectId, people);
    const byId = new Map(voters.map((voter) => [voter.personId, voter]));
    const me = byId.get(actor.personId);
    if (me === undefined) continue;
    for (const change of inProject) {
      const votes = (approvers.get(change.id) ?? []).flatMap((personId) => byId.get(personId) ?? []);
      if (approvalWouldCount(change.policies, votes, me)) open.push(change);
    }
  }
  const order = new Map(changes.map((change, index) => [change.id, index]));
  return open.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

/** How much there is to do; each number ends at {@link MOST_COUNTED}. */
export async function countInbox(db: Sql, actor: Actor) {
  const within = projectsWith(actor, 'change.read');
  const { organizationId, personId: requester } = actor;
  const count = (which: Parameters<typeof countChanges>[2], mine: boolean) =>
    countChanges(db, organizationId, which, mine ? 'all' : within, MOST_COUNTED);
  const [waiting, mineWaiting, mineDrafts, mineStuck, allWaiting, overrides] = await Promise.all([
    findWaiting(db, actor, {}, 'newest', undefined, MOST_COUNTED),
    count({ requester, states: ['pending_approval', 'approved', 'executing', 'indeterminate'] }, true),
    count({ requester, states: ['draft'] }, true),
    count({ requester, states: ['failed', 'conflict', 'rejected'] }, true),
    count({ states: ['pending_approval'] }, false),
    countOpenOverrides(db, organizationId, within, MOST_COUNTED),
  ]);
  return {
    waitingForMe: waiting.found.length,
    mineOpen: mineWaiting,
    mineDrafts,
    mineWithoutEffect: mineStuck,
    waiting: allWaiting,
    overridesToReview: overrides,
    countedUpTo: MOST_COUNTED,
  };
}
