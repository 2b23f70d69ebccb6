import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, timestamp } from '../api/text-schemas.ts';
import { RIGHTS, ROLES } from './roles.ts';

const SUBJECT_TYPES = ['person', 'group', 'machine'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

const roleName = z.enum(ROLES);
const projectId = id.nullable().meta({ description: 'The project it counts in; null: the whole organization.' });

const customerId = id.nullable().meta({
  description:
    'Only for the secrets of this customer of the project. Roles that administer, decide or audit cannot be limited so.',
});
const shared = z.boolean().meta({
  description: 'With a customer: for the secrets that the project shares, too.',
});

export const roleGrantSchema = z
  .object({
    id,
    subjectType: z.enum(SUBJECT_TYPES),
    subjectId: id,
    role: roleName,
    projectId,
    customerId,
    shared,
    createdAt: timestamp,
  })
  .meta({ id: 'RoleGrant' });
export type RoleGrantView = z.output<typeof roleGrantSchema>;

export const roleGrantPageSchema = pageSchema(roleGrantSchema, 'RoleGrantPage');
export const roleGrantParams = z.strictObject({ grantId: id });
export const roleGrantQuery = z.strictObject({
  ...pageQuery,
  subjectId: id.optional(),
  projectId: id.optional(),
  customerId: id.optional(),
  role: roleName.optional(),
});

export const createRoleGrantSchema = z
  .strictObject({
    subjectType: z.enum(SUBJECT_TYPES),
    subjectId: id,
    role: roleName,
    projectId: projectId.default(null),
    customerId: customerId.default(null),
    shared: shared.default(false),
  })
  .meta({ id: 'CreateRoleGrant' });
export type CreateRoleGrant = z.output<typeof createRoleGrantSchema>;

export const roleListSchema = z
  .object({
    items: z.array(z.object({ role: roleName, summary: z.string(), rights: z.array(z.enum(RIGHTS)) })),
  })
  .meta({ id: 'RoleList' });

export const roleGrantExample: RoleGrantView = {
  id: '01936f72-5f7c-7d21-8c33-0a6bb1c9d4e5',
  subjectType: 'group',
  subjectId: '01936f70-8a44-7f0e-9b1c-51c0f8b7a002',
  role: 'approver',
  projectId: null,
  customerId: null,
  shared: false,
  createdAt: '2026-11-02T09:34:00.000Z',
};
