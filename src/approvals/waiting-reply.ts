import { z } from 'zod';
import type { ResponseSpec } from '../api/route.ts';
import { changeSchema } from './change-schemas.ts';

export const waitingSchema = z.object({ changeRequest: changeSchema }).meta({ id: 'WaitingChange' });

const requesterId = '01936f77-3e44-7f50-8b6c-7d8e9f0a1b21';

/** {@link waitingSchema} for the documentation. */
export const waitingExample = {
  changeRequest: {
    id: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b24',
    subjectType: 'vault',
    subjectId: '01936f77-3e44-7f50-8b6c-7d8e9f0a1b22',
    projectId: null,
    secretId: null,
    customerId: null,
    groupId: null,
    operation: 'edit_vault',
    state: 'pending_approval',
    revision: 1,
    digest: 'k1:3d5aaec64ef853b6b9170608178364e7acf248511dbd35eb9a69dda04f2e1ca6',
    baseVersion: 3,
    plan: { before: { name: 'main' }, after: { name: 'Main' } },
    comment: '',
    requester: { type: 'person', id: requesterId, name: 'Ada Lovelace', personId: requesterId },
    code: null,
    resultVersion: null,
    attempts: 0,
    unsatisfiable: null,
    override: null,
    expiresAt: '2026-11-25T09:00:00.000Z',
    createdAt: '2026-11-22T09:00:00.000Z',
    updatedAt: '2026-11-22T09:00:00.000Z',
    endedAt: null,
  },
} as const;

/** What a governed administrative route answers when somebody has to agree. */
export const WAITS = {
  202: {
    description: 'A policy asks: nothing has changed yet, follow the change request.',
    schema: waitingSchema,
    example: waitingExample,
  },
} as const satisfies Record<number, ResponseSpec>;
