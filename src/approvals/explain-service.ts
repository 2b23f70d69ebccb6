import type { Actor } from '../access/actor.ts';
import { rightHolders } from '../access/right-holder-store.ts';
import type { Sql } from '../db.ts';
import { findCandidates, namesOf } from './candidate-store.ts';
import type { Change } from './change.ts';
import { isOpen } from './change-request.ts';
import { listEditors, listReviews } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { listChecks } from './check-store.ts';
import type { Explanation } from './explain-schemas.ts';
import { explain } from './explanation.ts';
import { requiredPolicies } from './required-policies.ts';
import { votersIn } from './satisfiable-policy.ts';
import { scheduleOf } from './schedule-store.ts';

export interface ExplainServiceDeps {
  readonly db: Sql;
  readonly subject: ChangeSubject;
  /** The change, if this actor may see it. */
  readonly find: (actor: Actor, id: string) => Promise<Change>;
}

export type ExplainService = ReturnType<typeof createExplainService>;

/** Why a change is where it is. Needs the right to see the change. */
export function createExplainService({ db, subject, find }: ExplainServiceDeps) {
  return async (actor: Actor, changeId: string): Promise<Explanation> => {
    const change = await find(actor, changeId);
    const { organizationId, projectId } = change;
    const policies = isOpen(change.state) ? await requiredPolicies(db, subject, change) : change.policies;
    const [reviews, checks, editors, candidates, overriders, administrators, schedule] = await Promise.all([
      listReviews(db, changeId),
      listChecks(db, changeId),
      listEditors(db, changeId),
      findCandidates(db, organizationId, policies),
      rightHolders(db, organizationId, 'change.override', projectId),
      rightHolders(db, organizationId, 'project.administer', projectId),
      scheduleOf(db, changeId),
    ]);
    const others = [...editors, ...overriders, ...administrators, ...reviews.map((review) => review.personId)];
    const names = new Map([
      ...(await namesOf(db, organizationId, others)),
      ...candidates.map(({ personId, name }): [string, string] => [personId, name]),
    ]);
    const voters = votersIn(projectId, candidates);
    return explain({
      ...{ change, policies, reviews, checks, editors, voters, overriders, administrators, names },
      ...schedule,
    });
  };
}
