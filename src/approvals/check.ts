import type { ActorRef } from '../access/actor.ts';

export const CHECK_CONCLUSIONS = ['ok', 'not_ok', 'not_available'] as const;
export type CheckConclusion = (typeof CHECK_CONCLUSIONS)[number];

/** What an external checker said last about a change under one name. */
export interface Check {
  readonly name: string;
  readonly conclusion: CheckConclusion;
  readonly summary: string;
  /** Where more can be read; null: nowhere. */
  readonly url: string | null;
  readonly revision: number;
  /** Of the content that was checked: anything else was not. */
  readonly digest: string;
  readonly actor: ActorRef;
  readonly reportedAt: Date;
}
