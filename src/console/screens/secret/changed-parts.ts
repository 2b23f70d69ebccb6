import type { Secret } from '../../../client/api-types.ts';

type Described = Pick<Secret, 'description' | 'tags' | 'attributes'>;

/** Of what was said about a secret only what somebody changed: what others said meanwhile of the rest stays. */
export function changedParts(was: Described, is: Described): Partial<Described> {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const sorted = (attributes: Described['attributes']) => Object.entries(attributes).sort();
  return {
    ...(is.description !== was.description && { description: is.description }),
    ...(!same(is.tags, was.tags) && { tags: is.tags }),
    ...(!same(sorted(is.attributes), sorted(was.attributes)) && { attributes: is.attributes }),
  };
}
