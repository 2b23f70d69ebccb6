import { eventually, must } from '../../support/answers.ts';
import type { ProcessDatabase } from '../../support/process-database.ts';
import type { VaultProcess } from '../../support/vault-process.ts';
import type { Cluster } from './cluster.ts';
import type { Acknowledged, Load } from './writers.ts';

interface VersionRow {
  readonly version: number;
  readonly changeRequestId: string;
  readonly vaultVersion: string;
}

/** KV version 2 keeps that many versions of a key. */
const KEPT = 10;

/** Waits until nothing is under way: no change open, every target at the newest version. */
export async function quiet(cluster: Cluster, database: ProcessDatabase): Promise<void> {
  let last = '';
  await eventually(
    async () => {
      const [row] = await database.query<{ changes: string[]; targets: string[] }>(
        `select array(select state || ' ' || coalesce(code, '') || ' lease ' || lease_token || ' attempts ' || attempts
             from change_requests where ended_at is null) as changes,
           array(select t.state || ' ' || coalesce(t.code, '') || ' ' || coalesce(t.observed_version, 0) || '/'
               || coalesce(t.desired_version, 0) || ' of ' || s.head_version
             from targets t join secrets s on s.id = t.secret_id
             where t.state <> 'synced' or t.observed_version is distinct from s.head_version
               or t.next_attempt_at is not null) as targets`,
      );
      last = JSON.stringify(row);
      return row?.changes.length === 0 && row.targets.length === 0;
    },
    'no change open and every target at the newest version',
    30_000,
  ).catch((error: unknown) => {
    const fallen = cluster.fallen();
    throw new Error(`${error instanceof Error ? error.message : ''}: ${last} ${fallen.join('\n')}`);
  });
}

/**
 * What must be true after a round, once it is quiet. Answers with what is not, in words:
 *
 * - every acknowledged write is the version it was said to be, made by the change it was said to be;
 * - versions are dense from 1; the newest one's content is readable and, if acknowledged, what was written;
 * - a refused write left no trace, any other appears at most once;
 * - the source's journal shows exactly one applied write per version, in order: version n is the vault's version n;
 * - a target's journal shows no more writes than there are versions; what it keeps of them are different contents of this
 *   secret in rising order, the last one the newest.
 */
export async function checkRound(cluster: Cluster, load: Load, before: ReadonlyMap<string, number>): Promise<string[]> {
  const problems = [...load.problems, ...cluster.fallen().map((who) => `ended by itself: ${who}`)];
  for (const secret of cluster.secrets) {
    const mine = load.acknowledged.filter((write) => write.secretId === secret.id);
    const found = await checkSecret(cluster, secret, mine, before.get(secret.id) ?? 0);
    const refused = new Set(load.refused.map((write) => write.mark));
    for (const { mark } of found.kept) if (refused.has(mark)) found.problems.push('a refused write took effect');
    problems.push(...found.problems.map((problem) => `${secret.path}: ${problem}`));
  }
  return problems;
}

async function checkSecret(
  cluster: Cluster,
  secret: Cluster['secrets'][number],
  acknowledged: readonly Acknowledged[],
  since: number,
): Promise<{ problems: string[]; kept: readonly Kept[] }> {
  const problems: string[] = [];
  const rows = await versionsSince(cluster, secret.id, since);
  const latest = rows[0]?.version ?? since;
  for (const [index, row] of rows.entries()) {
    if (row.version !== latest - index) problems.push(`version ${latest - index} is missing`);
    if (row.vaultVersion !== String(row.version)) {
      problems.push(`version ${row.version} is the vault's version ${row.vaultVersion}`);
    }
  }
  for (const { version, changeId } of acknowledged) {
    const row = rows.find((each) => each.version === version);
    if (row?.changeRequestId !== changeId) problems.push(`acknowledged version ${version} is not there`);
  }
  const content = must(await cluster.admin('GET', `/v1/secrets/${secret.id}/versions/latest/content`), 200) as {
    payload: { mark: string };
  };
  const newest = acknowledged.find((write) => write.version === latest);
  if (newest && newest.mark !== content.payload.mark) problems.push('the newest content is not what was written');

  const kept = await keptVersions(cluster.source, secret.path, latest);
  for (const { version, mark } of acknowledged) {
    const stored = kept.find((each) => each.version === version);
    if (stored && stored.mark !== mark) problems.push(`version ${version} holds another content than was acknowledged`);
  }
  if (new Set(kept.map((each) => each.mark)).size !== kept.length) problems.push('the source holds one content twice');
  const writes = writesAt(cluster.source, secret.path);
  if (writes.length !== latest || writes.some((version, index) => version !== index + 1)) {
    problems.push(`${writes.length} writes were applied at the source for ${latest} versions`);
  }
  for (const target of cluster.targets) problems.push(...(await checkTarget(target, secret.path, kept, latest)));
  return { problems, kept };
}

async function checkTarget(
  target: VaultProcess,
  path: string,
  source: readonly Kept[],
  latest: number,
): Promise<string[]> {
  const problems: string[] = [];
  const writes = writesAt(target, path);
  if (writes.length > latest) problems.push(`${writes.length} writes at a target for ${latest} versions`);
  const kept = await keptVersions(target, path, writes.length);
  const order = kept
    .map(({ mark }) => source.find((each) => each.mark === mark)?.version)
    .filter((version) => version !== undefined);
  if (order.some((version, index) => index > 0 && version <= (order[index - 1] ?? 0))) {
    problems.push(`a target got versions ${order.join(', ')} in this order`);
  }
  if (kept.at(-1)?.mark !== source.at(-1)?.mark) problems.push('a target does not hold the newest content');
  return problems;
}

async function versionsSince(cluster: Cluster, secretId: string, since: number): Promise<VersionRow[]> {
  const rows: VersionRow[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = must(await cluster.admin('GET', `/v1/secrets/${secretId}/versions?limit=100${query}`), 200) as {
      items: VersionRow[];
      nextCursor: string | null;
    };
    rows.push(...page.items);
    cursor = (page.items.at(-1)?.version ?? 0) <= since ? null : page.nextCursor;
  }
  return rows;
}

interface Kept {
  readonly version: number;
  readonly mark: string;
}

async function keptVersions(vault: VaultProcess, path: string, newest: number): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let version = Math.max(1, newest - KEPT + 1); version <= newest; version++) {
    const content = await vault.read(path, version);
    if (content !== undefined) kept.push({ version, mark: content.data.mark ?? '' });
  }
  return kept;
}

function writesAt(vault: VaultProcess, path: string): number[] {
  return vault
    .journal()
    .filter((entry) => entry.kind === 'write' && entry.path === `secret/${path}`)
    .map((entry) => Number(entry.version));
}
