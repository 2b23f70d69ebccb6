import type { EntryPath } from '../../adapters/adapter.ts';
import { namingProblem, remotePathOf, SHARED } from './remote-naming.ts';

const WORD = '[A-Za-z][A-Za-z0-9_-]*';

/**
 * The reverse of `remotePathOf` for secrets that a project shares: the folder and name of the secret that would lie at `entry`, or `undefined` when no secret of
 * this project would.
 */
export function secretAtPath(
  template: string,
  { organization, project }: { readonly organization: string; readonly project: string },
  entry: EntryPath,
): { readonly path: string; readonly name: string } | undefined {
  if (namingProblem(template) !== undefined) throw new TypeError('not a naming template');
  const {
    path = '',
    name = '',
    type = 'generic',
  } = patternOf(template, { organization, project }).exec(entry)?.groups ?? {};
  if (name === '') return undefined;
  const there = remotePathOf(template, { organization, project, customer: null, path, name, type });
  return there === entry ? { path, name } : undefined;
}

function patternOf(template: string, fixed: Readonly<Record<'organization' | 'project', string>>): RegExp {
  const segments = template.split('/').map((segment, index, all) => {
    const last = index === all.length - 1;
    if (segment === '{path}')
      return last ? `(?:/(?<path>${WORD}(?:/${WORD})*))?` : `(?:(?<path>${WORD}(?:/${WORD})*)/)?`;
    const text = segment
      .replaceAll('.', '\\.')
      .replace('{organization}', fixed.organization)
      .replace('{project}', fixed.project)
      .replace('{customer}', SHARED)
      .replace('{name}', `(?<name>${WORD})`)
      .replace('{type}', '(?<type>[a-z_]+)');
    // The slash in front of a {path} that ends the template goes with it.
    return last || (index === all.length - 2 && all[index + 1] === '{path}') ? text : `${text}/`;
  });
  return new RegExp(`^${segments.join('')}$`);
}
