import type { ConditionFacts } from '../approvals/applicable-rules.ts';

interface Conditioned {
  readonly projectId: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly type: string;
}

/**
 * What conditions of policies see of a secret: as it is, and as it will be when the change gives it other tags.
 *
 * @param plan what the change does; only an edit of metadata has `tags` in it
 */
export function conditionFactsOf({ projectId, path, tags, type }: Conditioned, plan: unknown): ConditionFacts[] {
  const now = { projectId, path, tags, type };
  const { tags: next } = plan as { readonly tags?: readonly string[] };
  return next === undefined ? [now] : [now, { ...now, tags: next }];
}
