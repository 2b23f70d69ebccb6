import { KeyferryError, type WriteSecrets } from '../client/keyferry.ts';
import type { Bundle, Payload, SecretType } from './bundle.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { fullName, splitName } from './secret-ref.ts';
import type { Session } from './session.ts';
import { chooseSourceId } from './source-id.ts';

export interface BundleOptions {
  readonly folder?: string;
  readonly together?: boolean;
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly comment?: string;
}

/** What became of one secret of a file. */
export interface ImportedSecret {
  readonly name: string;
  readonly result: string;
  /** Why not; empty when all is well. */
  readonly code: string;
}

const WITHOUT_EFFECT = new Set(['refused', 'failed', 'conflict', 'rejected', 'cancelled', 'expired']);

/** Was it written, or does it wait to be? */
export function isTaken({ result }: ImportedSecret): boolean {
  return !WITHOUT_EFFECT.has(result);
}

interface Item {
  readonly name: string;
  readonly type: SecretType;
  readonly payload: Payload;
  readonly isThere: boolean;
}

/** Most that the API writes in one call. */
const AT_ONCE = 100;

/** Makes the secrets of a file, or new versions of those that are there. */
export async function importBundle(
  session: Session,
  bundle: Bundle,
  options: BundleOptions,
): Promise<ImportedSecret[]> {
  if (options.together && bundle.size > AT_ONCE) {
    throw new CliError(
      EXIT.usage,
      `At most ${AT_ONCE} can be written together.`,
      'Leave --together away, or split the file.',
    );
  }
  const items: Item[] = [];
  for (const [given, { type, payload }] of bundle) {
    const name = options.folder === undefined ? given : `${options.folder}/${given}`;
    const usual = Object.keys(payload).join() === 'value' ? 'generic' : 'key_value';
    items.push({ name, type: type ?? usual, payload, isThere: await exists(session, name) });
  }
  if (options.dryRun) {
    return items.map(({ name, isThere }) => ({ name, result: `would be ${way(isThere)}`, code: '' }));
  }
  const anyNew = items.some(({ isThere }) => !isThere);
  const sourceProfileId = anyNew ? await chooseSourceId(session, options.source) : undefined;
  return options.together
    ? writeTogether(session, items, sourceProfileId, options.comment)
    : writeEach(session, items, sourceProfileId, options.comment);
}

async function exists(session: Session, name: string): Promise<boolean> {
  const { kf, project, customer } = session;
  const { path, name: bare } = splitName(name);
  try {
    const found = await kf.call('getSecretByName', { params: { project, name: bare }, query: { path, customer } });
    return fullName(found) === name;
  } catch (error) {
    if (!(error instanceof KeyferryError) || error.code !== 'not_found') throw error;
    return false;
  }
}

async function writeEach(
  session: Session,
  items: readonly Item[],
  sourceProfileId: string | undefined,
  comment: string | undefined,
): Promise<ImportedSecret[]> {
  const { kf, project, customer } = session;
  const results: ImportedSecret[] = [];
  for (const item of items) {
    const { path, name } = splitName(item.name);
    const body = { payload: item.payload, comment, create: toCreate(item, sourceProfileId) };
    try {
      results.push(outcome(item, await kf.secrets.put(project, name, body, { path, customer })));
    } catch (error) {
      session.io.signal.throwIfAborted();
      if (!(error instanceof KeyferryError)) throw error;
      results.push({ name: item.name, result: 'refused', code: error.code });
    }
  }
  return results;
}

async function writeTogether(
  session: Session,
  items: readonly Item[],
  sourceProfileId: string | undefined,
  comment: string | undefined,
): Promise<ImportedSecret[]> {
  const { kf, project, customer } = session;
  const body: WriteSecrets = {
    comment,
    items: items.map((item) => ({
      project,
      customer,
      reference: item.name,
      payload: item.payload,
      create: toCreate(item, sourceProfileId),
    })),
  };
  const written = await kf.secrets.write(body);
  if (written.state === 'open') {
    session.note(`Some wait: keyferry changes list --group ${written.groupId}`);
  }
  return items.flatMap((item, at) => {
    const answer = written.items[at];
    if (answer === undefined) return [];
    if (answer.error === null) return [outcome(item, answer)];
    return [{ name: item.name, result: answer.changeRequest?.state ?? 'refused', code: answer.error.code }];
  });
}

function toCreate({ type, isThere }: Item, sourceProfileId: string | undefined) {
  return isThere || sourceProfileId === undefined ? undefined : { type, sourceProfileId };
}

interface Answer {
  readonly unchanged: boolean;
  readonly changeRequest: { readonly state: string; readonly code: string | null } | null;
}

function outcome({ name, isThere }: Item, { unchanged, changeRequest }: Answer): ImportedSecret {
  const { state = 'applied', code = null } = changeRequest ?? {};
  const result = unchanged ? 'unchanged' : state === 'applied' ? way(isThere) : state;
  return { name, result, code: code ?? '' };
}

function way(isThere: boolean): string {
  return isThere ? 'new version' : 'created';
}
