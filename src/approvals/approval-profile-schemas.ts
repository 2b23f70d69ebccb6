import { z } from 'zod';
import { ROLES } from '../access/roles.ts';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';
import { CHANGE_OPERATIONS } from './approval-policy.ts';

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

const policyFields = {
  operations: z
    .array(z.enum(CHANGE_OPERATIONS))
    .max(CHANGE_OPERATIONS.length)
    .meta({ description: 'Operations that wait for approval; all of them when empty.' }),
  order: z.enum(['sequential', 'any']).meta({ description: 'Steps one after the other, or in any order.' }),
  steps: z.array(stepSchema).min(1).max(MAX_STEPS),
  expiresAfterHours: z.int().min(1).max(720).meta({ description: 'An undecided request expires after so many hours.' }),
};

export const approvalProfileSchema = z
  .object({
    id,
    name: z.string(),
    version: z.int().meta({ description: 'Rises with every change of the policy; running requests keep theirs.' }),
    ...policyFields,
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
  .strictObject({
    name: nameText,
    operations: policyFields.operations.default([]),
    order: policyFields.order.default('sequential'),
    steps: policyFields.steps,
    expiresAfterHours: policyFields.expiresAfterHours.default(72),
  })
  .meta({ id: 'CreateApprovalProfile' });
export type CreateApprovalProfile = z.output<typeof createApprovalProfileSchema>;

export const updateApprovalProfileSchema = z
  .strictObject({
    name: nameText.optional(),
    operations: policyFields.operations.optional(),
    order: policyFields.order.optional(),
    steps: policyFields.steps.optional(),
    expiresAfterHours: policyFields.expiresAfterHours.optional(),
    expectedVersion: z.int().min(1).optional(),
  })
  .meta({ id: 'UpdateApprovalProfile' });
export type UpdateApprovalProfile = z.output<typeof updateApprovalProfileSchema>;

export const approvalProfileExample: ApprovalProfileView = {
  id: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b23',
  name: 'production',
  version: 1,
  operations: ['create', 'update', 'delete', 'change_source'],
  order: 'sequential',
  steps: [
    {
      name: 'database team',
      approvers: { users: [], groups: ['01936f70-8a44-7f0e-9b1c-51c0f8b7a002'], roles: [] },
      required: 1,
    },
    { name: 'security', approvers: { users: [], groups: [], roles: ['approver'] }, required: 2 },
  ],
  expiresAfterHours: 72,
  createdAt: '2026-11-02T09:39:00.000Z',
  updatedAt: '2026-11-02T09:39:00.000Z',
};
