import { type ItemError, KeyferryError, type Secret, type SecretContent } from '../client/keyferry.ts';
import { readMany } from './read-many.ts';
import { fullName, meantSecrets } from './secret-ref.ts';
import type { Session } from './session.ts';

interface WholeProject {
  /** Only in this folder and below. */
  readonly folder?: string | undefined;
  readonly fallback?: boolean | undefined;
  /** Takes those too that may be read once, for good. */
  readonly includeReadOnce?: boolean | undefined;
  /** What is said of one that is left out, and how those that may be read once are taken. */
  readonly words: { readonly leftOut: string; readonly readOnce: string };
}

interface SecretValue {
  readonly secret: Secret;
  readonly content: SecretContent;
}

/** What no later try would change, or what is not for whoever takes everything. */
const LEFT_OUT: Partial<Readonly<Record<ItemError['code'], string>>> = {
  write_only: 'it is write-only',
  read_once: 'it may be read once',
  expired: 'its time is over',
  not_found: 'it is gone since it was listed',
};

/**
 * The newest value of every secret that is meant by the session and enabled. Those that are left out are told by name. Any other
 * refusal ends it, for half of a project would be taken for the whole; but not once a value is taken that nobody gets again.
 */
export async function readProject(
  session: Session,
  { folder, fallback, includeReadOnce = false, words }: WholeProject,
): Promise<SecretValue[]> {
  const secrets: Secret[] = [];
  for await (const secret of meantSecrets(session, { path: folder, fallback })) {
    if (secret.enabled && secret.latestEnabledVersion !== null) secrets.push(secret);
  }
  const item = ({ id }: Secret) => ({ secretId: id });
  const read = await readMany(session, secrets, { item, leaveReadOnce: true });
  for (const { of, error } of read) {
    if (error !== null && LEFT_OUT[error.code] === undefined) throw refusal(of, error);
  }
  const readOnce = read.filter(({ error }) => error?.code === 'read_once').map(({ of }) => of);
  const taken = includeReadOnce
    ? [...read.filter(({ of }) => !readOnce.includes(of)), ...(await readMany(session, readOnce, { item }))]
    : read;
  for (const { of, error } of taken) {
    if (error === null) continue;
    const why = LEFT_OUT[error.code] ?? `it cannot be read (${error.code})`;
    session.io.stderr.write(`${words.leftOut}, because ${why}: ${fullName(of)}\n`);
  }
  if (readOnce.length > 0 && !includeReadOnce) session.note(words.readOnce);
  return taken.flatMap(({ of, content }) => (content === null ? [] : [{ secret: of, content }]));
}

function refusal(secret: Secret, { code, status, title, detail }: ItemError): KeyferryError {
  return new KeyferryError(code, `${fullName(secret)}: ${detail}`, { status, title });
}
