import { z } from 'zod';
import type { ActorRef } from './actor.ts';

/** Who did something, in answers. */
export const actorRefSchema = z
  .object({
    type: z.string(),
    id: z.string(),
    name: z.string(),
    personId: z.string().meta({ description: 'The person who answers for it: the owner of a machine.' }),
  })
  .meta({ id: 'ActorRef' });

export function actorView({ type, id, name, personId }: ActorRef): z.output<typeof actorRefSchema> {
  return { type, id, name, personId };
}
