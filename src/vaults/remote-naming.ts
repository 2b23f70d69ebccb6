import type { EntryPath } from '../../adapters/adapter.ts';
import { invalidField } from '../errors.ts';

/** Stands in paths where a customer's slug would, so no customer is called that. */
export const SHARED = 'shared';

/** What a naming template can name. `path` may be empty and may have several segments; the others are one plain word. */
export interface NamingParts {
  /** Slug of the organization. */
  readonly organization: string;
  /** Slug of the project. */
  readonly project: string;
  /** Slug of the customer whose secret it is; null: the project shares it. */
  readonly customer: string | null;
  readonly path: string;
  readonly name: string;
  readonly type: string;
}

export const DEFAULT_NAMING = '{organization}/{project}/{path}/{name}';

const MAX_TEMPLATE = 256;
const MAX_REMOTE_PATH = 1024;
const REQUIRED = ['project', 'path', 'name'] as const;
const SEGMENT = /^(?:[A-Za-z0-9_.-]|\{(?:organization|project|customer|name|type)\})+$/;
const PLACEHOLDER = /\{([a-z]+)\}/g;
/** Two placeholders of one segment without a dot in the text between them. */
const AMBIGUOUS = /\}[A-Za-z0-9_-]*\{/;
const WORD = /^[A-Za-z0-9_-]+$/;

/**
 * What is wrong with a naming template, as the form that is expected; `undefined` when it is fine.
 *
 * The rules make the remote path say which secret it is, so that two secrets of a profile never share one. `{path}` is a
 * segment of its own and all other segments are fixed in number, so counting from both ends finds it. Two placeholders in
 * one segment need a `.` between them, which no name, project or type contains. Dropping the segment of an empty `{path}`
 * is therefore safe as well.
 *
 * `{customer}` is the customer's slug, or `shared`. A template without it keeps customers apart all the same: their project is
 * written `project.customer`, and one more `.` in a segment whose dots are fixed in number tells it from every shared one.
 */
export function namingProblem(template: string): string | undefined {
  if (template.length > MAX_TEMPLATE) return `at most ${MAX_TEMPLATE} characters`;
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name);
  for (const required of REQUIRED) if (!names.includes(required)) return `a template with {${required}}`;
  if (new Set(names).size !== names.length) return 'each placeholder once';
  for (const segment of template.split('/')) {
    if (segment === '{path}') continue;
    if (segment.includes('{path}')) return '{path} as a segment of its own';
    if (segment === '.' || segment === '..' || !SEGMENT.test(segment)) {
      return (
        'segments joined by `/`, each of letters, digits, `_`, `-`, `.` and ' +
        '{organization}, {project}, {customer}, {name} or {type}; {path} as a segment of its own'
      );
    }
    if (AMBIGUOUS.test(segment)) return 'a `.` between two placeholders of one segment';
  }
  return undefined;
}

/**
 * Where a secret lives below the mount of a profile with this template. Different secrets of an organization get
 * different paths. An empty `path` takes its slash with it.
 *
 * Throws `invalid_input` at `/path` when the result is longer than a remote path may be.
 */
export function remotePathOf(template: string, parts: NamingParts): EntryPath {
  if (namingProblem(template) !== undefined) throw new TypeError('not a naming template');
  const words = wordsOf(template, parts);
  const segments = template.split('/').flatMap((segment) => {
    if (segment === '{path}') return parts.path === '' ? [] : parts.path.split('/').map(word);
    return [segment.replace(PLACEHOLDER, (_whole, name: string) => words[name] ?? '')];
  });
  const path = segments.join('/');
  if (path.length > MAX_REMOTE_PATH) {
    throw invalidField('/path', `a shorter path: in the vault at most ${MAX_REMOTE_PATH} characters are possible`);
  }
  return path;
}

/** What stands for each placeholder; of one word, but for the project of a customer in a template that does not name customers. */
function wordsOf(template: string, parts: NamingParts): Readonly<Record<string, string>> {
  const { organization, project, customer, name, type } = parts;
  const plain = { organization: word(organization), name: word(name), type: word(type) };
  if (customer === null) return { ...plain, project: word(project), customer: SHARED };
  const named = template.includes('{customer}');
  return { ...plain, project: named ? word(project) : `${word(project)}.${word(customer)}`, customer: word(customer) };
}

/** The grammar of names, projects and types keeps this; anything else would break what the template promises. */
function word(text: string): string {
  if (!WORD.test(text)) throw new TypeError('not a plain word');
  return text;
}
