import { z } from 'zod';
import { pageQuery } from '../api/lists.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { id, queryFlag } from '../api/text-schemas.ts';
import type { PlanReader } from './plan-reader.ts';
import { PLAN_ACTIONS } from './target-plan.ts';
import { TARGET_STATES } from './target-state.ts';

const plannedTarget = z
  .object({
    targetId: z.string(),
    profileId: z.string(),
    remotePath: z.string(),
    action: z.enum(PLAN_ACTIONS),
    code: z.string().nullable().meta({ description: 'Why it is skipped or in conflict.' }),
    version: z.int().nullable().meta({ description: 'What will be there; null: nothing.' }),
  })
  .meta({ id: 'PlannedTarget' });

const digest = z.string().meta({ description: 'Over the decisions: two plans that do the same have the same.' });

const planSchema = z
  .object({
    digest,
    items: z.array(
      z
        .object({
          ...plannedTarget.shape,
          secretId: z.string(),
          secretName: z.string(),
          profileName: z.string(),
          basis: z.enum(['observed', 'ledger', 'unknown']).meta({
            description: 'Seen now, known from the ledger, or not to be seen now for the reason in `code`.',
          }),
        })
        .meta({ id: 'SyncPlanLine' }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SyncPlan' });

const granted = z.object({ digest, targets: z.array(plannedTarget) }).meta({ id: 'GrantedPlan' });

const changePlanSchema = z
  .object({
    granted: granted.nullable().meta({ description: 'What the grant is for; null when nobody had to agree.' }),
    now: granted.nullable().meta({ description: 'What it would do now; null once it has ended.' }),
    difference: z
      .array(z.object({ targetId: z.string(), was: plannedTarget.nullable(), is: plannedTarget.nullable() }))
      .meta({ description: 'Where both part; of a change that ended as `plan_changed`: why it stopped.' }),
    targets: z
      .array(
        z.object({
          targetId: z.string(),
          profileId: z.string(),
          state: z.enum(TARGET_STATES),
          code: z.string().nullable(),
          desiredVersion: z.int().nullable(),
          observedVersion: z.int().nullable(),
          arrived: z.boolean().meta({ description: 'What is wanted there is proved to be there, or to be gone.' }),
        }),
      )
      .meta({ description: 'How far every target is by now: after a restore, which copies are back.' }),
  })
  .meta({ id: 'ChangeSyncPlan' });

const planQuery = z
  .strictObject({
    ...pageQuery,
    observe: queryFlag.optional().meta({
      description:
        'Look at the vaults (default; needs `secret.sync`, at most 50 items a page), or ask the ledger alone.',
    }),
  })
  .transform(({ limit, cursor, observe }) => ({ limit, cursor, observe: observe ?? true }));

const errors = ['forbidden', 'not_found'] as const;

interface Deps {
  readonly plans: PlanReader;
}

export function planRoutes({ plans }: Deps): RouteDefinition[] {
  return [secretPlan({ plans }), profilePlan({ plans }), projectPlan({ plans }), changePlan({ plans })];
}

const ofRun = {
  method: 'get',
  tag: 'sync',
  description:
    'Acts on nothing. The rules are those that decide in earnest: entries that are not ours are never touched. A look that fails ' +
    'is `unknown` and never counts as absent.',
  query: planQuery,
  responses: { 200: { description: 'What a run would do', schema: planSchema } },
  errors,
  governance: 'read',
} as const;

const secretPlan = ({ plans }: Deps) =>
  route(
    {
      ...ofRun,
      path: '/v1/secrets/:secretId/plan',
      operationId: 'planSecret',
      summary: 'What a run would do about the targets of a secret',
      params: z.strictObject({ secretId: id }),
    },
    async ({ actor, params, query, signal }) => ({
      status: 200,
      body: await plans.secret(actor, params.secretId, query, signal),
    }),
  );

const profilePlan = ({ plans }: Deps) =>
  route(
    {
      ...ofRun,
      path: '/v1/vault-profiles/:profileId/plan',
      operationId: 'planVaultProfile',
      summary: 'What a run would do about the targets at a vault profile',
      params: z.strictObject({ profileId: id }),
    },
    async ({ actor, params, query, signal }) => ({
      status: 200,
      body: await plans.profile(actor, params.profileId, query, signal),
    }),
  );

const projectPlan = ({ plans }: Deps) =>
  route(
    {
      ...ofRun,
      path: '/v1/projects/:project/plan',
      operationId: 'planProject',
      summary: 'What a run would do about the targets of all secrets of a project',
      params: z.strictObject({ project: z.string().max(63) }),
    },
    async ({ actor, params, query, signal }) => ({
      status: 200,
      body: await plans.project(actor, params.project, query, signal),
    }),
  );

const changePlan = ({ plans }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/change-requests/:changeId/plan',
      operationId: 'planChangeRequest',
      tag: 'changes',
      summary: 'What a change does at every target: as granted, and as it would be now',
      description:
        'The plan is part of what reviewers agree to. When the change is carried out it is made anew from the ledger; one that ' +
        'does something else by then ends as `conflict` with the code `plan_changed`.',
      params: z.strictObject({ changeId: id }),
      responses: { 200: { description: 'Both plans and where they part', schema: changePlanSchema } },
      errors,
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await plans.change(actor, params.changeId) }),
  );
