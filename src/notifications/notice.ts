import type { NoticeKind } from './notice-kinds.ts';

/** Something named: its id and, when it still has one, its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * What is told of one audit event, on every channel. It holds ids, names, numbers, states and codes and nothing else: no
 * value, no credential, and no text that somebody typed for people (comments, reasons, descriptions), because people paste
 * secrets into those. Whoever may read them follows the link.
 */
export interface Notice {
  /** Of the audit event: every channel and every repetition says the same, so that a receiver can drop what it knows. */
  readonly id: string;
  /** Dense and rising within the organization. */
  readonly seq: number;
  readonly kind: NoticeKind;
  /** When it happened: ISO 8601 in UTC. */
  readonly at: string;
  readonly organization: Named;
  /** Null for what belongs to the whole organization. */
  readonly project: Named | null;
  /** Who did it; `system` for Keyferry itself. */
  readonly actor: { readonly type: string; readonly id: string; readonly name: string };
  /** What the event is about, as the audit trail says it. */
  readonly object: { readonly type: string; readonly id: string };
  /** The thing behind it: the secret of a change or target, or the vault, profile or policy. Of a secret with its folder. */
  readonly subject: (Named & { readonly type: string }) | null;
  /** The vault profile of a target. */
  readonly profile: Named | null;
  readonly facts: NoticeFacts;
}

/** Details of audit events that may be told. Whatever is not listed stays in the audit trail. */
export const TOLD_FACTS = [
  'operation',
  'revision',
  'version',
  'code',
  'decision',
  'conclusion',
  'state',
  'expiresAt',
  'wanted',
  'of',
  'objectiveSeconds',
] as const;
export type NoticeFacts = { readonly [Name in (typeof TOLD_FACTS)[number]]?: string | number };

/** Picks what may be told out of an event's details. */
export function factsOf(details: unknown): NoticeFacts {
  const given = (typeof details === 'object' && details !== null ? details : {}) as Record<string, unknown>;
  return Object.fromEntries(
    TOLD_FACTS.flatMap((name) => {
      const value = given[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
    }),
  );
}
