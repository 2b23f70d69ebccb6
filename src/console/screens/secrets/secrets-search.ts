import { SECRET_TYPES } from '../../payload/payload-fields.ts';
import type { SecretFilter } from '../../secret-queries.ts';
import { SECRET_STATES } from '../../words.ts';

/** What the address says about the list: anything else in it is left out. */
export function readSecretsSearch(search: Readonly<Record<string, unknown>>): SecretFilter {
  const { project, customer, path, name, tag } = search;
  const type = SECRET_TYPES.find((each) => each === search.type);
  const state = SECRET_STATES.find((each) => each === search.state);
  return {
    ...text('project', project),
    // Customers are those of one project.
    ...(typeof project === 'string' && project !== '' && text('customer', customer)),
    ...text('path', path),
    ...text('name', name),
    ...text('tag', tag),
    ...(type && { type }),
    ...(state && { state }),
  };
}

function text<K extends 'project' | 'customer' | 'path' | 'name' | 'tag'>(
  name: K,
  value: unknown,
): { readonly [key in K]?: string } {
  return (typeof value === 'string' && value !== '' ? { [name]: value } : {}) as { readonly [key in K]?: string };
}

/** The filter with some parts replaced; an empty text takes a part out. */
export function withFilter(filter: SecretFilter, patch: Readonly<Record<string, string | null>>): SecretFilter {
  return readSecretsSearch({ ...filter, ...patch });
}
