import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, timestamp } from '../api/text-schemas.ts';
import { SESSION_HOURS, SESSION_IDLE_MINUTES } from './session-life.ts';

export const sessionSchema = z
  .object({
    id,
    userId: id,
    tokenId: id.nullable().meta({ description: 'The token it was opened with; the session ends when that does.' }),
    createdAt: timestamp,
    seenAt: timestamp.meta({ description: `Last use, to the minute. ${SESSION_IDLE_MINUTES} minutes without end it.` }),
    expiresAt: timestamp.meta({ description: `Its end in any case, at most ${SESSION_HOURS} hours after its begin.` }),
    current: z.boolean().meta({ description: 'The request came with it.' }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.output<typeof sessionSchema>;

export const sessionPageSchema = pageSchema(sessionSchema, 'SessionPage');
export const sessionParams = z.strictObject({ sessionId: id });
export const sessionQuery = z.strictObject({ ...pageQuery, userId: id.optional() });

export const beginSessionSchema = z
  .strictObject({ token: z.string().min(1).max(200).meta({ description: 'An API token of a person.' }) })
  .meta({ id: 'BeginSession' });

export const sessionExample: SessionView = {
  id: '01936f72-2a4f-7d10-8f31-3c5b7a9e1d42',
  userId: '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11',
  tokenId: '01936f71-0d9b-7a3c-bd55-90a1f2d6c7e8',
  createdAt: '2026-11-02T09:34:00.000Z',
  seenAt: '2026-11-02T09:40:00.000Z',
  expiresAt: '2026-11-02T21:34:00.000Z',
  current: true,
};
