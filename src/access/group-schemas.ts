import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, timestamp } from '../api/text-schemas.ts';

export const groupSchema = z.object({ id, name: z.string(), createdAt: timestamp }).meta({ id: 'Group' });
export type GroupView = z.output<typeof groupSchema>;

export const groupPageSchema = pageSchema(groupSchema, 'GroupPage');
export const groupParams = z.strictObject({ groupId: id });
export const groupMemberParams = z.strictObject({ groupId: id, userId: id });
export const memberQuery = z.strictObject(pageQuery);
export const groupQuery = memberQuery.extend({
  userId: id.optional().meta({ description: 'Only groups that this person is in.' }),
});

export const groupNameSchema = z.strictObject({ name: nameText }).meta({ id: 'GroupName' });
export type GroupName = z.output<typeof groupNameSchema>;

export const groupExample: GroupView = {
  id: '01936f70-8a44-7f0e-9b1c-51c0f8b7a002',
  name: 'database-team',
  createdAt: '2026-11-02T09:32:00.000Z',
};
