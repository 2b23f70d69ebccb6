/** A value inside a text that has a form of its own. */
export interface InnerValue {
  /** The last name on the way to it; empty when it has none. */
  readonly name: string;
  readonly text: string;
}

/** Names that say that what they stand for is to be kept secret. */
const SECRET_NAME =
  /pass(wor[dt]|wd|phrase|code)?$|pwd|secret|token|credential|(^|[^a-z])(pin|otp|psk|salt|seed|code|auth)$|(^|[^a-z])(api|access|private|signing|encryption|master|shared)?[_.-]?key$|[a-z](Key|Pin|Code)$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

const MOST_VALUES = 500;

/** The values of a JSON text, of a list of `name=value`, or the credentials of a URL; undefined when it is none of these. */
export function innerValues(text: string): InnerValue[] | undefined {
  return credentialsOfUrl(text) ?? leavesOfJson(text) ?? pairs(text);
}

const URL_WITH_CREDENTIALS = /^[a-z][a-z0-9+.-]*:\/\/([^:@/?#\s]*):([^@/?#\s]*)@\S+$/i;

function credentialsOfUrl(text: string): InnerValue[] | undefined {
  const [, user, password] = URL_WITH_CREDENTIALS.exec(text) ?? [];
  return password === undefined
    ? undefined
    : [user ?? '', password].map((each, at) => ({ name: URL_NAMES[at] ?? '', text: each }));
}

const URL_NAMES = ['user', 'password'];

function leavesOfJson(text: string): InnerValue[] | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found: InnerValue[] = [];
  const open: { name: string; value: unknown }[] = [{ name: '', value: root }];
  for (let next = open.pop(); next !== undefined && found.length < MOST_VALUES; next = open.pop()) {
    const { name, value } = next;
    if (typeof value !== 'object' || value === null) found.push({ name, text: String(value) });
    else if (Array.isArray(value)) for (const each of value) open.push({ name, value: each });
    else for (const [key, each] of Object.entries(value)) open.push({ name: key, value: each });
  }
  return found;
}

/** Names as people write them, all of one case or camel case: what stands before a `=` in a random text is rarely one. */
const PAIR =
  /^(?:export\s+)?([A-Z][A-Z0-9_]{0,60}|[a-z][a-z0-9_.-]{0,60}|[a-z]{1,30}(?:[A-Z][a-z]{1,20}){1,4})\s*[=:](.*)$/;

function pairs(text: string): InnerValue[] | undefined {
  const lines = text
    .split(/[\n;&]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length > MOST_VALUES) return undefined;
  const found = lines.map((line) => PAIR.exec(line));
  if (!found.every((each) => each !== null) || found.every(([, , value]) => value?.trim() === '')) return undefined;
  return found.map(([, name = '', value = '']) => ({ name, text: value.trim().replace(/^(["'])(.*)\1$/, '$2') }));
}
