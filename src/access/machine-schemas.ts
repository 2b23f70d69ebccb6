import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, nameText, queryFlag, timestamp } from '../api/text-schemas.ts';

export const machineSchema = z
  .object({
    id,
    name: z.string(),
    ownerId: id.meta({ description: 'The person who answers for it: in approvals the two are one.' }),
    disabled: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'Machine' });
export type MachineView = z.output<typeof machineSchema>;

export const machinePageSchema = pageSchema(machineSchema, 'MachinePage');
export const machineParams = z.strictObject({ machineId: id });
export const machineQuery = z.strictObject({ ...pageQuery, disabled: queryFlag.optional(), ownerId: id.optional() });

export const createMachineSchema = z
  .strictObject({
    name: nameText,
    ownerId: id.optional().meta({ description: 'Default: whoever creates it. Cannot change later.' }),
  })
  .meta({ id: 'CreateMachine' });
export type CreateMachine = z.output<typeof createMachineSchema>;

export const updateMachineSchema = z
  .strictObject({ name: nameText.optional(), disabled: z.boolean().optional() })
  .meta({ id: 'UpdateMachine' });
export type UpdateMachine = z.output<typeof updateMachineSchema>;

export const machineExample: MachineView = {
  id: '01936f6f-11d0-7c52-8a6e-7d8a5f0f3b21',
  name: 'deploy-pipeline',
  ownerId: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  disabled: false,
  createdAt: '2026-11-02T09:31:00.000Z',
};
