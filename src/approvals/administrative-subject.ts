import type { Change } from './change.ts';
import type { AdministrativeOperation } from './change-operation.ts';
import type { ChangeSubject } from './change-subject.ts';
import type { ActionPlan, GovernedActions } from './governed-action.ts';

/** What the plan of an administrative change says. */
export function actionPlan(change: Change): ActionPlan {
  return change.plan as unknown as ActionPlan;
}

/**
 * What approvals need to know of vaults, policies, grants and the like; see {@link ChangeSubject}. A change that waits holds
 * nothing of them, and what stands in its way is found out by doing it, in the transaction that applies it.
 */
export function administrativeSubject(actions: GovernedActions): ChangeSubject {
  return {
    policies: (db, change) =>
      actions[change.operation as AdministrativeOperation].asked(db, {
        organizationId: change.organizationId,
        subjectId: change.subjectId,
        plan: actionPlan(change),
      }),
    mayStill: () => true,
    obstacle: async () => undefined,
    released: async () => undefined,
    reopened: async () => undefined,
  };
}
