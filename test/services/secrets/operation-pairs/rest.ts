import { eventually } from '../../../support/answers.ts';
import type { ApiAnswer } from '../../../support/api-client.ts';
import type { Model, PairOperation } from './operations.ts';
import { codeOf, entriesBelow, type PairWorld, type Subject } from './world.ts';

/** A change of the secret, as the database has it. */
interface ChangeRow {
  readonly id: string;
  readonly operation: string;
  readonly state: string;
  readonly version: number | null;
}

interface TargetRow {
  readonly profileId: string;
  readonly remotePath: string;
  readonly state: string;
  readonly code: string | null;
  readonly onRemove: string;
  readonly leased: boolean;
  readonly due: boolean;
}

/** Changes of the secret in the order in which they took effect. */
export function changesOf({ broker }: PairWorld, { id }: Subject): Promise<ChangeRow[]> {
  return broker.db.query<ChangeRow>(
    `select id, operation, state, result_version as version from change_requests where secret_id = $1::uuid
     order by ended_at nulls last, id`,
    [id],
  );
}

export function targetsOf({ broker }: PairWorld, { id }: Subject): Promise<TargetRow[]> {
  return broker.db.query<TargetRow>(
    `select profile_id as "profileId", remote_path as "remotePath", state, code, on_remove as "onRemove",
       lease_until is not null as leased, next_attempt_at is not null as due from targets where secret_id = $1::uuid`,
    [id],
  );
}

/** A secret as it is, and where its value lies. */
interface Now extends Model {
  readonly sourcePath: string;
}

/** What the secret is now. */
export async function modelOf(world: PairWorld, subject: Subject): Promise<Now> {
  const [row] = await world.broker.db.query<
    Omit<Model, 'versions' | 'source' | 'copies' | 'kept' | 'lost'> & { source: string; sourcePath: string }
  >(
    `select state, enabled, protected, description, name, source_profile_id as source, source_path as "sourcePath",
       head_version as head from secrets where id = $1::uuid`,
    [subject.id],
  );
  if (row === undefined) throw new Error('the secret is gone');
  const versions = await world.broker.db.query<{ version: number; state: string }>(
    'select version, state from secret_versions where secret_id = $1::uuid order by version',
    [subject.id],
  );
  const copies = (await targetsOf(world, subject)).filter(
    ({ state, onRemove }) =>
      !['removing', 'removed'].includes(state) || (row.state === 'deleted' && onRemove === 'delete-until-restore'),
  );
  return {
    ...row,
    source: row.source === subject.places.spare?.profileId ? 'spare' : 'source',
    versions: new Map(versions.map(({ version, state }) => [version, state])),
    copies: new Set(copies.map(({ profileId }) => profileId)),
    kept: new Set(),
    lost: [],
  };
}

/** Lets everything that was switched off go on, and waits until nothing moves any more. What still does is answered with. */
export async function comeToRest(world: PairWorld, subject: Subject): Promise<string[]> {
  const { admin, broker, desk } = world;
  for (const place of Object.values(subject.places)) {
    for (const verb of ['enable', 'resume']) await admin('POST', `/v1/vault-profiles/${place.profileId}/${verb}`, {});
  }
  let moving: string[] = [];
  // Nothing is on its way any more: what waits for just that, or for its readers, need not.
  await broker.db.query('update left_entries set next_attempt_at = clock_timestamp() where secret_id = $1::uuid', [
    subject.id,
  ]);
  const still = async () => {
    await desk.hurry(subject.id);
    await broker.db.query(
      `update change_requests set next_attempt_at = clock_timestamp() where secret_id = $1::uuid and ended_at is null
       and next_attempt_at is not null`,
      [subject.id],
    );
    const changes = (await changesOf(world, subject)).filter(({ state }) =>
      ['pending_approval', 'approved', 'executing', 'indeterminate'].includes(state),
    );
    const targets = (await targetsOf(world, subject)).filter(
      ({ state, leased, due, code }) =>
        leased || due || ['pending', 'syncing', 'failed'].includes(state) || (state === 'removing' && code === null),
    );
    const left = await leftOf(world, subject);
    for (const profileId of await scansDue(world, subject)) await world.drift.turn(profileId);
    moving = [
      ...changes.map(({ operation, state }) => `change ${operation} is ${state}`),
      ...targets.map(({ remotePath, state, code }) => `target ${remotePath} is ${state} (${code})`),
      ...left.filter(({ waits }) => !waits).map(({ path }) => `${path} is left`),
    ];
    return moving.length === 0;
  };
  await eventually(still, 'rest', REST_MS).catch(() => {});
  return moving;
}

const REST_MS = 8_000;

/** One operation and what it was answered with. */
export type Played = readonly [PairOperation, ApiAnswer];

/** Profiles with copies that the drift scan is to look at by now. */
async function scansDue({ broker }: PairWorld, { id }: Subject): Promise<string[]> {
  const rows = await broker.db.query<{ profileId: string }>(
    `select distinct profile_id as "profileId" from targets where secret_id = $1::uuid and next_scan_at <= clock_timestamp()
       and next_attempt_at is null`,
    [id],
  );
  return rows.map(({ profileId }) => profileId);
}

/** Entries of earlier names. They go once the copy is proved at its new name, so they wait as long as their target does. */
function leftOf({ broker }: PairWorld, { id }: Subject) {
  return broker.db.query<{ profileId: string; path: string; waits: boolean }>(
    `select l.profile_id as "profileId", l.path, t.state in ('parked', 'conflict', 'drifted', 'removing') as waits
     from left_entries l left join targets t on t.id = l.target_id where l.secret_id = $1::uuid`,
    [id],
  );
}

/** Compares answers, rows and vaults. Empty: all agree. */
export async function disagreements(
  world: PairWorld,
  subject: Subject,
  before: { readonly model: Model; readonly changes: readonly ChangeRow[] },
  played: readonly Played[],
): Promise<string[]> {
  const wrong: string[] = [];
  const expected = before.model;
  for (const [{ name }, answer] of played) {
    if (answer.status >= 500) wrong.push(`${name}: ${answer.status} ${codeOf(answer)}`);
    else if (answer.status >= 400 && typeof answer.json.code !== 'string') wrong.push(`${name}: no problem document`);
  }
  const known = new Set(before.changes.map(({ id }) => id));
  const changes = (await changesOf(world, subject)).filter(({ id }) => !known.has(id));
  const asked = new Map(
    played.flatMap(([operation, answer]) => changeIds(answer).map((id) => [id, operation] as const)),
  );
  for (const change of changes) {
    const operation = asked.get(change.id);
    if (change.state !== 'applied') continue;
    if (operation === undefined && !BY_ITSELF.includes(change.operation))
      wrong.push(`nobody was told of ${change.operation}`);
    if (operation?.change === undefined) continue;
    if (operation.value !== undefined) subject.values.set(change.version ?? 0, operation.value);
    operation.change.apply(expected, subject, change.version ?? 0);
  }
  for (const [{ name }, answer] of played) {
    for (const id of changeIds(answer)) {
      const state = changes.find((change) => change.id === id)?.state;
      if (answer.status < 202 && state !== 'applied') wrong.push(`${name}: acknowledged, and ${state}`);
    }
  }
  wrong.push(...expected.lost);
  const now = await modelOf(world, subject);
  wrong.push(...differences(expected, now, played), ...(await inLedger(world, subject, now)));
  wrong.push(...(await inVaults(world, subject, expected, now)));
  if (!readOnce(played)) wrong.push(...(await readable(world, subject, now)));
  return wrong;
}

/** Changes that nobody asks for by their name. */
const BY_ITSELF = ['rename', 'disable_version'];

function changeIds({ json }: ApiAnswer): string[] {
  const items = (json.items as { changeRequest?: { id?: string } }[] | undefined) ?? [json];
  return items.flatMap(({ changeRequest }) => (changeRequest as { id?: string } | null | undefined)?.id ?? []);
}

const readOnce = (played: readonly Played[]) => played.some(([{ needs }]) => needs === 'read once');

function differences(expected: Model, now: Model, played: readonly Played[]): string[] {
  const wrong: string[] = [];
  for (const what of ['state', 'enabled', 'protected', 'description', 'name', 'source', 'head'] as const) {
    if (expected[what] !== now[what]) wrong.push(`${what} is ${now[what]}, not ${expected[what]}`);
  }
  const once = readOnce(played);
  const text = (model: Model) => [...model.versions].filter(([version]) => !(once && version === 3)).join(' ');
  if (text(expected) !== text(now)) wrong.push(`versions are ${text(now)}, not ${text(expected)}`);
  // What was found at a source is numbered above all that its vault may have counted.
  const found = played.some(([{ name }]) => name === 'accept source');
  if (!found && [...now.versions.keys()].some((version, index) => version !== index + 1))
    wrong.push('versions are not dense');
  if ([...expected.copies].sort().join() !== [...now.copies].sort().join()) {
    wrong.push(`copies: ${now.copies.size}, not ${expected.copies.size}`);
  }
  if (once && played.filter(([{ name }, { status }]) => name === 'read once' && status === 200).length > 1) {
    wrong.push('read twice');
  }
  return wrong;
}

/** Where everything should be by the rows, and what is claimed for it. */
async function inLedger(world: PairWorld, subject: Subject, now: Now): Promise<string[]> {
  const wrong: string[] = [];
  const claims = new Set<string>();
  if (now.state !== 'destroyed') claims.add(`${subject.places[now.source]?.profileId} ${now.sourcePath}`);
  for (const { profileId, remotePath, state, onRemove } of await targetsOf(world, subject)) {
    if (state !== 'removed' || (now.state === 'deleted' && onRemove === 'delete-until-restore')) {
      claims.add(`${profileId} ${remotePath}`);
    }
    const lives = now.state === 'active' && !['removing', 'removed'].includes(state);
    if (lives && !remotePath.endsWith(`/${now.name}`)) wrong.push(`the copy is at ${remotePath}`);
  }
  for (const { profileId, path } of await leftOf(world, subject)) claims.add(`${profileId} ${path}`);
  if (!now.sourcePath.endsWith(`/${now.name}`)) wrong.push(`the source is at ${now.sourcePath}`);
  const held = await world.broker.db.query<{ at: string }>(
    `select profile_id || ' ' || path as at from remote_entries where secret_id = $1::uuid`,
    [subject.id],
  );
  const role = (at: string) =>
    at.replace(/^\S+/, (id) => Object.entries(subject.places).find(([, place]) => place.profileId === id)?.[0] ?? id);
  for (const { at } of held) if (!claims.delete(at)) wrong.push(`${role(at)} is claimed for nothing`);
  for (const at of claims) wrong.push(`${role(at)} is not claimed`);
  return wrong;
}

/** What lies in the vaults is what should, where it should. */
async function inVaults(world: PairWorld, subject: Subject, expected: Model, now: Now): Promise<string[]> {
  const { admin } = world;
  const wrong: string[] = [];
  const head = subject.values.get(now.head);
  const targets = await targetsOf(world, subject);
  const sourceId = subject.places[now.source]?.profileId;
  const left = (await leftOf(world, subject)).map(({ profileId, path }) => `${profileId} ${path}`);
  for (const [name, place] of Object.entries(subject.places)) {
    const shown = await admin('GET', `/v1/vault-profiles/${place.profileId}`);
    const { prefix, path } = shown.json.attributes as { prefix?: string; path?: string };
    const root = (prefix ?? path ?? place.prefix).replace(/^\/|\/$/g, '');
    const entries = await entriesBelow({ ...place, prefix: root });
    const target = targets.find(({ profileId }) => profileId === place.profileId && profileId !== sourceId);
    const isSource = place.profileId === sourceId;
    for (const [path, entry] of entries) {
      const value = entry.fields.get('value')?.reveal();
      const text = value === undefined ? undefined : Buffer.from(value).toString('utf8');
      const here = isSource ? path === now.sourcePath : path === target?.remotePath;
      const ours = entry.labels['keyferry-secret'] === subject.id;
      if (name === 'taken' && !ours && text !== 'theirs') wrong.push('what somebody else has was touched');
      if (here && isSource && now.state === 'active') {
        if (text !== head && !(subject.values.get(-1) === text)) wrong.push(`the source holds ${text}, not ${head}`);
      } else if (here && target?.state === 'synced') {
        if (text !== head) wrong.push(`the ${name} holds ${text}, not ${head}`);
        if (!ours) wrong.push(`the ${name} has not our marker`);
      } else if (here && target?.state === 'removed' && ours && !expected.kept.has(place.profileId)) {
        wrong.push(`the ${name} still has ${path}`);
      } else if (!here && ours && !left.includes(`${place.profileId} ${path}`) && !expected.kept.has(place.profileId))
        wrong.push(`the ${name} has an orphan at ${path}`);
      else if (here && isSource && now.state === 'destroyed') wrong.push('the source still has its entry');
    }
    if (isSource && now.state === 'active' && !entries.has(now.sourcePath))
      wrong.push(`the source has nothing at ${now.sourcePath}`);
    if (target?.state === 'synced' && !entries.has(target.remotePath))
      wrong.push(`the ${name} has nothing at ${target.remotePath}`);
    if (name === 'taken' && target?.state === 'conflict' && entries.size === 0) wrong.push('the foreign entry is gone');
  }
  return wrong;
}

/** The newest version reads as it was written, unless somebody switched it off or wrote over it at the source. */
async function readable({ admin }: PairWorld, subject: Subject, now: Model): Promise<string[]> {
  if (now.state !== 'active' || !now.enabled || now.versions.get(now.head) !== 'enabled') return [];
  const content = await admin('GET', `/v1/secrets/${subject.id}/versions/${now.head}/content`);
  const value = (content.json.payload as { value?: string } | undefined)?.value;
  const given = subject.values.get(now.head);
  return value === given || subject.values.has(-1) ? [] : [`reads ${value ?? codeOf(content)}, not ${given}`];
}
