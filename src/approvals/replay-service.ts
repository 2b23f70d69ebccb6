import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { authorize, projectsWith } from '../access/permissions.ts';
import type { Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import { findApprovalProfile } from './approval-profile-store.ts';
import { findCandidates } from './candidate-store.ts';
import { assertKnown, findLack } from './policy-check.ts';
import { isShorthand, parsePolicy } from './policy-input.ts';
import { countReplayed, replayChange } from './replay.ts';
import type { ReplayApprovalProfile, ReplayPolicy, ReplayReport } from './replay-schemas.ts';
import { listPastChanges, type ReplayRange } from './replay-store.ts';

export interface ReplayServiceDeps {
  readonly db: Sql;
  /** Types of secrets that conditions may name. */
  readonly secretTypes: readonly string[];
}

export type ReplayService = ReturnType<typeof createReplayService>;

/** What a policy would have done with past changes, as things and people are now. Nothing is changed by it. */
export function createReplayService({ db, secretTypes }: ReplayServiceDeps) {
  const report = async (
    actor: Actor,
    policy: ApprovalPolicy,
    range: Omit<ReplayRange, 'within'>,
  ): Promise<ReplayReport> => {
    const { organizationId } = actor;
    const [changes, candidates, lack] = await Promise.all([
      listPastChanges(db, organizationId, { ...range, within: projectsWith(actor, 'change.read') }),
      findCandidates(db, organizationId, [policy]),
      findLack(db, organizationId, policy),
    ]);
    const replayed = changes.map((change) => replayChange(policy, change, candidates));
    const items = replayed.map((item, index) => {
      const { requester, createdAt } = changes[index] as (typeof changes)[number];
      return { ...item, requester: actorView(requester), createdAt: createdAt.toISOString() };
    });
    const unsatisfiable = lack
      ? { rule: lack.rule, step: lack.step, required: lack.required, available: lack.available }
      : null;
    return { counts: countReplayed(replayed), unsatisfiable, items };
  };

  const check = (actor: Actor, policy: ApprovalPolicy, shorthand: boolean) =>
    assertKnown(db, actor.organizationId, policy, { types: secretTypes, shorthand });

  return {
    /** A draft, as if it were asked about every change. Throws `invalid_input` naming the field. Needs `policy.administer`. */
    async draft(actor: Actor, { policy: input, since, limit }: ReplayPolicy): Promise<ReplayReport> {
      authorize(actor, 'policy.administer');
      const policy = parsePolicy(input);
      await check(actor, policy, isShorthand(input));
      return report(actor, policy, { since, limit });
    },

    /** The current policy or a draft of it, for changes that the profile was asked about or would be now. */
    async profile(
      actor: Actor,
      profileId: string,
      { policy: input, since, limit }: ReplayApprovalProfile,
    ): Promise<ReplayReport> {
      authorize(actor, 'policy.administer');
      const profile = await findApprovalProfile(db, actor.organizationId, profileId);
      if (profile === undefined) throw notFound('approval profile');
      const policy = input === undefined ? profile.policy : parsePolicy(input, profile.policy);
      if (input !== undefined) await check(actor, policy, isShorthand(input));
      return report(actor, policy, { since, limit, profileId });
    },
  };
}
