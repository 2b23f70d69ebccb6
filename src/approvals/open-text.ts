import type { Actor } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';

/**
 * May this text about a change stand in the open? False when it shows a value of the payload that waits. Whoever did not
 * give the payload is not told about values that are easy to guess: a refusal would confirm the guess.
 */
export type OpenText = (db: Sql, actor: Actor, change: Change, text: string) => Promise<boolean>;
