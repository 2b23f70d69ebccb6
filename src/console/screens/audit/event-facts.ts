import type { Thing } from '../../ui/thing.ts';
import { verbOf, wordsOf } from '../../words.ts';

/** One detail of an event, ready to be read. */
export interface Fact {
  /** Where it stands, from the outside in: `Before · Name`. */
  readonly label: string;
  readonly text: string;
  /** What the text is the id of; undefined: it is no id. */
  readonly about?: Thing;
}

/** Details that are ids, and what they are ids of. */
const REFERENCES: Readonly<Record<string, string>> = {
  secretId: 'secret',
  personId: 'person',
  userId: 'person',
  ownerId: 'person',
  groupId: 'group',
  machineId: 'machine',
  projectId: 'project',
  customerId: 'customer',
  profileId: 'vault_profile',
  vaultId: 'vault',
  targetId: 'target',
  tokenId: 'token',
  changeRequestId: 'change_request',
  changeId: 'change_request',
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** To the second, as whoever compares records needs it. */
const EXACT = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Details as lines of text, however deep they lie; in the order in which they were recorded. */
export function factsOf(details: Readonly<Record<string, unknown>>, above = ''): Fact[] {
  return Object.entries(details).flatMap(([name, value]) => {
    const type = name === 'subjectId' ? subjectType(details) : REFERENCES[name];
    const full = above + labelOf(name);
    const label = value === null || (type !== undefined && isId(value)) ? full.replace(/ id$/, '') : full;
    if (type !== undefined && isId(value)) {
      return [{ label, text: value, about: { type, id: value } }];
    }
    if (name === 'operation' && typeof value === 'string') return [{ label, text: verbOf(value) }];
    return factsIn(label, value);
  });
}

function factsIn(label: string, value: unknown): Fact[] {
  if (Array.isArray(value) && value.some(isRecord)) {
    return value.flatMap((each, index) => factsIn(`${label} ${index + 1}`, each));
  }
  if (isRecord(value)) return factsOf(value, `${label} · `);
  return [{ label, text: textOf(value) }];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  if (typeof value === 'string' && MOMENT.test(value)) return EXACT.format(new Date(value));
  return String(value);
}

function subjectType({ subjectType: type }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof type === 'string' ? type : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `expiresAt` → `Expires at`. */
function labelOf(name: string): string {
  return wordsOf(
    name.replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`),
  );
}
