import { z } from 'zod';
import { ROLES } from '../access/roles.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';
import { CHANGE_OPERATIONS } from './change-operation.ts';

const MAX_RULES = 20;
const MAX_ENTRIES = 100;
const MAX_STEPS = 10;
const MAX_APPROVERS = 100;

const approversSchema = z
  .strictObject({
    users: z.array(id).max(MAX_APPROVERS).default([]),
    groups: z.array(id).max(MAX_APPROVERS).default([]),
    roles: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
  })
  .refine((approvers) => approvers.users.length + approvers.groups.length + approvers.roles.length > 0, {
    params: { expected: 'at least one user, group or role' },
  });

const stepSchema = z
  .strictObject({
    name: nameText,
    approvers: approversSchema.meta({
      description: 'Who may decide: any of these who also holds the right change.review.',
    }),
    required: z.int().min(1).max(20).default(1).meta({ description: 'Approvals by different people.' }),
  })
  .meta({ id: 'ApprovalStep' });

const folder = z
  .string()
  .max(512)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*(\/[A-Za-z][A-Za-z0-9_-]*)*$/);
const conditionsSchema = z
  .strictObject({
    operations: z.array(z.enum(CHANGE_OPERATIONS)).max(CHANGE_OPERATIONS.length).default([]),
    projects: z.array(id).max(MAX_ENTRIES).default([]).meta({ description: 'Project ids.' }),
    customers: z
      .array(id)
      .max(MAX_ENTRIES)
      .default([])
      .meta({ description: 'Customer ids. A secret that customers share meets none.' }),
    paths: z.array(folder).max(MAX_ENTRIES).default([]).meta({ description: 'Folders, with all below them.' }),
    tags: z.array(z.string().min(1).max(64)).max(MAX_ENTRIES).default([]),
    types: z.array(z.string().max(40)).max(MAX_ENTRIES).default([]).meta({ description: 'Types of secrets.' }),
  })
  .meta({
    id: 'ApprovalConditions',
    description:
      'When the rule applies: each list is met by any of its entries, an empty one by everything, and all must be met. What ' +
      'has no project, folder, tags or type (a vault, a profile, a policy) meets conditions on them. A change that takes a ' +
      'secret out of the reach of a rule is asked of it whatever operations it names.',
  });

/** The name under which an external checker reports: like `terraform/plan` or `licences`. */
export const checkName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9]$/);
const MAX_CHECKS = 20;
const requiredChecks = z
  .array(checkName)
  .max(MAX_CHECKS)
  .refine((names) => new Set(names).size === names.length, { params: { expected: 'different names' } })
  .meta({
    description:
      'Checks whose newest result on the content must be `ok` before a change of a secret takes effect. Administration is asked of people alone.',
  });

const demandFields = {
  order: z.enum(['sequential', 'any']).meta({ description: 'Steps one after the other, or in any order.' }),
  steps: z.array(stepSchema).min(1).max(MAX_STEPS),
  expiresAfterHours: z.int().min(1).max(720).meta({ description: 'An undecided request expires after so many hours.' }),
};

const ruleSchema = z
  .strictObject({
    name: nameText,
    when: conditionsSchema.prefault({}),
    order: demandFields.order.default('sequential'),
    steps: demandFields.steps,
    requiredChecks: requiredChecks.default([]),
    expiresAfterHours: demandFields.expiresAfterHours.default(72),
  })
  .meta({ id: 'ApprovalRule' });

const rules = z
  .array(ruleSchema)
  .min(1)
  .max(MAX_RULES)
  .refine((list) => new Set(list.map((rule) => rule.name)).size === list.length, {
    params: { expected: 'rules with different names' },
  })
  .meta({
    description:
      'Every rule that applies to a change is asked: all their steps, by different people, within the shortest expiry.',
  });

const shorthandFields = {
  operations: z
    .array(z.enum(CHANGE_OPERATIONS))
    .max(CHANGE_OPERATIONS.length)
    .meta({ description: 'Operations that wait for approval; all of them when empty.' }),
  ...demandFields,
  requiredChecks,
};
const shorthand = z.strictObject(shorthandFields).partial().shape;
const SHORTHAND = 'Instead of `rules`: one rule without further conditions.';

const policyInput = {
  rules: rules.optional(),
  operations: shorthand.operations.meta({ description: SHORTHAND }),
  order: shorthand.order.meta({ description: SHORTHAND }),
  steps: shorthand.steps.meta({ description: SHORTHAND }),
  expiresAfterHours: shorthand.expiresAfterHours.meta({ description: SHORTHAND }),
  requiredChecks: shorthand.requiredChecks.meta({ description: SHORTHAND }),
};

/** A policy as requests give it, `rules` or the shorthand: see `parsePolicy`. */
export const policyInputSchema = z.strictObject(policyInput).meta({ id: 'ApprovalPolicyInput' });
export type PolicyInput = z.output<typeof policyInputSchema>;

export const lackSchema = z
  .object({
    rule: z.string(),
    step: z.string(),
    required: z.int(),
    available: z
      .int()
      .meta({ description: 'Different people who could decide it, beside those whom earlier steps need.' }),
  })
  .meta({ id: 'ApprovalLack' });

/** Since when a policy or a request waits for people who are not there. */
export const unsatisfiableSchema = z
  .object({ ...lackSchema.shape, since: timestamp })
  .meta({ id: 'Unsatisfiable', description: 'A step that the people who are there cannot meet.' });
/** The same of a change request, which may have to meet several profiles. */
export const changeUnsatisfiableSchema = z
  .object({ profileId: z.string(), profile: z.string(), ...unsatisfiableSchema.shape })
  .meta({
    id: 'UnsatisfiableChange',
    description: 'What the people who are there cannot meet, so that it waits in vain.',
  });

export const approvalProfileSchema = z
  .object({
    id,
    name: z.string(),
    version: z.int().meta({ description: 'Rises with every change of the policy; running requests keep theirs.' }),
    rules,
    operations: shorthand.operations.meta({
      description: 'Of the only rule, when there is one without further conditions.',
    }),
    order: shorthand.order,
    steps: shorthand.steps,
    expiresAfterHours: shorthand.expiresAfterHours,
    requiredChecks: shorthand.requiredChecks,
    unsatisfiable: unsatisfiableSchema.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'ApprovalProfile' });
export type ApprovalProfileView = z.output<typeof approvalProfileSchema>;

export const approvalProfilePageSchema = pageSchema(approvalProfileSchema, 'ApprovalProfilePage');
export const approvalProfileParams = z.strictObject({ approvalProfileId: id });
export const approvalProfileQuery = z.strictObject(pageQuery);
export type ApprovalProfileQuery = z.output<typeof approvalProfileQuery>;

export const createApprovalProfileSchema = z
  .strictObject({ name: nameText, ...policyInput })
  .meta({ id: 'CreateApprovalProfile' });
export type CreateApprovalProfile = z.output<typeof createApprovalProfileSchema>;

export const updateApprovalProfileSchema = z
  .strictObject({ name: nameText.optional(), ...policyInput, expectedVersion: z.int().min(1).optional() })
  .meta({ id: 'UpdateApprovalProfile' });
export type UpdateApprovalProfile = z.output<typeof updateApprovalProfileSchema>;

const exampleSteps = [
  {
    name: 'database team',
    approvers: { users: [], groups: ['01936f70-8a44-7f0e-9b1c-51c0f8b7a002'], roles: [] },
    required: 1,
  },
];

export const approvalProfileExample: ApprovalProfileView = {
  id: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23',
  name: 'production',
  version: 1,
  rules: [
    {
      name: 'everything',
      when: { operations: [], projects: [], customers: [], paths: [], tags: [], types: [] },
      order: 'sequential',
      steps: exampleSteps,
      requiredChecks: [],
      expiresAfterHours: 72,
    },
    {
      name: 'certificates of the shop',
      when: {
        operations: ['update', 'delete'],
        projects: [],
        customers: [],
        paths: ['shop'],
        tags: ['pci'],
        types: ['key_store'],
      },
      order: 'any',
      steps: [{ name: 'security', approvers: { users: [], groups: [], roles: ['approver'] }, required: 2 }],
      requiredChecks: ['key-policy'],
      expiresAfterHours: 24,
    },
  ],
  unsatisfiable: null,
  createdAt: '2026-11-02T09:39:00.000Z',
  updatedAt: '2026-11-02T09:39:00.000Z',
};
