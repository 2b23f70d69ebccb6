import { actorView } from '../access/actor-view.ts';
import type { Change } from './change.ts';
import type { ChangeView } from './change-schemas.ts';

/** A change as clients see it: the plan says what will be done and holds no value. */
export function changeView(change: Change): ChangeView {
  const { id, subjectType, subjectId, projectId, secretId, groupId, operation, state, revision, digest, baseVersion } =
    change;
  const { customerId, comment, code, resultVersion, attempts } = change;
  return {
    id,
    subjectType,
    subjectId,
    projectId,
    customerId,
    secretId,
    groupId,
    operation,
    state,
    revision,
    digest,
    baseVersion,
    plan: shownPlan(change.plan as Record<string, unknown>),
    comment,
    requester: actorView(change.requester),
    code,
    resultVersion,
    attempts,
    unsatisfiable: state === 'pending_approval' ? change.unsatisfiable : null,
    override: overrideView(change),
    expiresAt: change.expiresAt?.toISOString() ?? null,
    createdAt: change.createdAt.toISOString(),
    updatedAt: change.updatedAt.toISOString(),
    endedAt: change.endedAt?.toISOString() ?? null,
  };
}

function overrideView({ override, overrideReview }: Change): ChangeView['override'] {
  if (override === null) return null;
  const { by, reason, at, revision } = override;
  const review = overrideReview && { ...overrideReview, by: actorView(overrideReview.by) };
  return { by: actorView(by), reason, at, revision, review };
}

/** Of a content only what is named here: fingerprints, prints and sizes would let those who cannot read a value test guesses. */
function shownPlan(plan: Record<string, unknown>): Record<string, unknown> {
  const { fingerprint: _fingerprint, content, ...rest } = plan;
  if (typeof content !== 'object' || content === null) return content === undefined ? rest : { ...rest, content };
  const { fieldNames, facts, description, lifetime } = content as Record<string, unknown>;
  const lasts = lifetime === undefined ? {} : { lifetime };
  return { ...rest, content: { fieldNames, facts, description, ...lasts } };
}
