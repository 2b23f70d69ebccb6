import { z } from 'zod';

/** Ids in paths, bodies and queries. */
export const id = z.uuid();

/** JSON can say half a character, which no column of PostgreSQL holds. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
export const WELL_FORMED = { params: { expected: 'text of whole characters' } };

/** A name for people to read: one line. */
export const nameText = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}+$/u)
  .refine(isWellFormed, WELL_FORMED);

/** Free text: lines and tabs, no other control characters (PostgreSQL holds no NUL). */
export const longText = z
  .string()
  .max(2000)
  .regex(/^[\P{Cc}\t\n\r]*$/u)
  .refine(isWellFormed, WELL_FORMED);

/** The short name of an organization or project; stands in paths at vaults and never changes. Not the form of an id. */
export const slug = z
  .string()
  .max(63)
  .regex(/^(?![0-9a-f]{8}-[0-9a-f]{4}-)[a-z][a-z0-9]*(-[a-z0-9]+)*$/);

/** A time in answers: ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

/** A yes or no in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');
