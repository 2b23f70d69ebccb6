import type { ConditionFacts } from '../approvals/applicable-rules.ts';

interface Conditioned {
  readonly projectId: string;
  readonly customerId: string | null;
  readonly systemOwner: string | null;
  readonly path: string;
  readonly tags: readonly string[];
  readonly type: string;
}

/**
 * What conditions of policies see of a secret: as it is, and as it will be when the change gives it other tags or another folder.
 *
 * @param plan what the change does; only an edit of metadata has `tags` in it, and only a rename another `path`
 */
export function conditionFactsOf(
  { projectId, customerId, systemOwner, path, tags, type }: Conditioned,
  plan: unknown,
): ConditionFacts[] {
  const owned = systemOwner === null ? {} : ({ system: true } as const);
  const now = { projectId, customerId, path, tags, type, ...owned };
  const next = plan as { readonly tags?: readonly string[]; readonly path?: string };
  const then = { ...now, tags: next.tags ?? tags, path: next.path ?? path };
  return next.tags === undefined && then.path === path ? [now] : [now, then];
}
