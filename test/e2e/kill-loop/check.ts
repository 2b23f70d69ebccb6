import { eventually, must } from '../../support/answers.ts';
import type { MixedVaultProcess, ProcessKind } from '../../support/mixed-vault-process.ts';
import type { Cluster } from './cluster.ts';
import type { LoopSecret } from './estate.ts';
import type { Acknowledged, Load } from './writers.ts';

/**
 * Waits until nothing is under way: no change open, every target at the newest version. `patience`: targets may also wait for
 * a later attempt, as one does in Google's Secret Manager for a minute after its writer was killed.
 */
export async function quiet(cluster: Cluster, patience: 'all' | 'waiting' = 'all'): Promise<void> {
  let last = '';
  await eventually(
    async () => {
      const [row] = await cluster.query<{ changes: string[]; targets: string[] }>(
        `select array(select state || ' ' || coalesce(code, '') || ' lease ' || lease_token || ' attempts ' || attempts
             from change_requests where ended_at is null) as changes,
           array(select p.name || ' ' || t.state || ' ' || coalesce(t.code, '') || ' ' || coalesce(t.observed_version, 0) || '/'
               || coalesce(t.desired_version, 0) || ' of ' || s.head_version || ' attempts ' || t.attempts
             from targets t join secrets s on s.id = t.secret_id join vault_profiles p on p.id = t.profile_id
             where (t.next_attempt_at is not null or (t.state <> 'removed'
               and (t.state <> 'synced' or t.observed_version is distinct from s.head_version)))
             and not ($1::boolean and t.state = 'failed' and t.next_attempt_at > clock_timestamp())) as targets`,
        [patience === 'waiting'],
      );
      last = JSON.stringify(row);
      if (cluster.fallen().length > 0) throw new Error('ended by itself');
      return row?.changes.length === 0 && row.targets.length === 0;
    },
    'no change open and every target at the newest version',
    180_000,
  ).catch((error: unknown) => {
    const said = [...cluster.fallen(), ...cluster.complaints().slice(-10)];
    throw new Error(`${error instanceof Error ? error.message : ''}: ${last} ${said.join('\n')}`);
  });
}

/**
 * What must be true once it is quiet. Answers with what is not, in words:
 *
 * - versions are dense from 1, and every acknowledged write is the version it was said to be, made by the change it was said to be;
 * - the source's journal shows exactly one content per version, in the order of the versions;
 * - a write that was refused or rejected is in no journal;
 * - a target's journal shows contents of this secret only and, where the vault has compare-and-set, in rising order;
 * - the source and every target the broker calls synced hold the newest version, as the vault itself says.
 */
export async function checkAll(
  cluster: Cluster,
  load: Load,
  secrets: readonly LoopSecret[] = cluster.estate.secrets,
): Promise<string[]> {
  const problems = [...load.problems, ...cluster.fallen().map((who) => `ended by itself: ${who}`)];
  for (const secret of secrets) {
    const found = await checkSecret(cluster, secret, load);
    problems.push(...found.map((problem) => `${secret.path} from ${secret.source}: ${problem}`));
  }
  return problems;
}

async function checkSecret(cluster: Cluster, secret: LoopSecret, load: Load): Promise<string[]> {
  const problems: string[] = [];
  const mine = load.acknowledged.filter((write) => write.secret.id === secret.id);
  const latest = await checkVersions(cluster, secret, mine, problems);
  const source = sourceContents(cluster, secret);
  if (source.length !== latest) problems.push(`${source.length} contents at the source for ${latest} versions`);
  if (new Set(source).size !== source.length) problems.push('the source was given one content twice');
  for (const { version, mark } of mine) {
    if (source[version - 1] !== mark) problems.push(`version ${version} holds another content than was acknowledged`);
  }
  const places = [secret.source, ...secret.targets];
  for (const { mark } of load.refused.filter((write) => write.secret.id === secret.id)) {
    const took = places.filter((kind) => contentsAt(cluster.vault(kind), secret).includes(mark));
    if (took.length > 0) problems.push(`a refused write took effect at ${took.join(', ')}`);
  }
  const newest = source.at(-1);
  const content = must(await cluster.admin('GET', `/v1/secrets/${secret.id}/versions/latest/content`), 200);
  if ((content.payload as { mark: string }).mark !== newest)
    problems.push('the newest content is not what was written');
  const waiting = await cluster.query<{ name: string }>(
    `select p.name from targets t join vault_profiles p on p.id = t.profile_id
     where t.secret_id = $1::uuid and t.state <> 'synced'`,
    [secret.id],
  );
  for (const kind of secret.targets) {
    const order = contentsAt(cluster.vault(kind), secret).map((mark) => source.indexOf(mark) + 1);
    if (order.includes(0)) problems.push(`${kind} was given what the source never had`);
    const back = order.some((version, index) => version <= (order[index - 1] ?? 0));
    if (back && cluster.vault(kind).capabilities.compareAndSet)
      problems.push(`${kind} got versions ${order.join(', ')}`);
    if (waiting.some(({ name }) => name === `${kind} copy`)) continue;
    if ((await markAt(cluster, kind, secret)) === newest) continue;
    if (cluster.vault(kind).capabilities.compareAndSet || !(await repaired(cluster, kind, secret, newest)))
      problems.push(`${kind} does not hold the newest content`);
  }
  return problems;
}

/**
 * What became the current content of the source, in order. Where nothing keeps out a write that was repeated and arrives late,
 * a content that comes again counts once.
 */
function sourceContents(cluster: Cluster, secret: LoopSecret): string[] {
  const vault = cluster.vault(secret.source);
  const contents = contentsAt(vault, secret);
  return vault.capabilities.compareAndSet ? contents : [...new Set(contents)];
}

async function markAt(cluster: Cluster, kind: ProcessKind, { path }: LoopSecret): Promise<string> {
  const { fields } = await cluster.adapter(kind).read(`copy/${path}`, { signal: AbortSignal.timeout(5_000) });
  return Buffer.from(fields.get('mark')?.reveal() ?? []).toString();
}

/** A vault without compare-and-set takes an old write that arrives late; the next look finds and repairs it. */
async function repaired(cluster: Cluster, kind: ProcessKind, secret: LoopSecret, newest?: string): Promise<boolean> {
  must(await cluster.admin('POST', `/v1/secrets/${secret.id}/sync`, {}), 202);
  await quiet(cluster, 'waiting');
  return (await markAt(cluster, kind, secret)) === newest;
}

async function checkVersions(
  cluster: Cluster,
  secret: LoopSecret,
  acknowledged: readonly Acknowledged[],
  problems: string[],
): Promise<number> {
  const rows = await cluster.query<{ version: number; changeId: string }>(
    'select version, change_id as "changeId" from secret_versions where secret_id = $1::uuid order by version',
    [secret.id],
  );
  for (const [index, { version }] of rows.entries()) {
    if (version !== index + 1) problems.push(`version ${index + 1} is missing`);
  }
  for (const { version, changeId } of acknowledged) {
    if (rows[version - 1]?.changeId !== changeId) problems.push(`acknowledged version ${version} is not there`);
  }
  return rows.length;
}

/**
 * The contents of a secret's entry at a vault in the order in which they became the current one. Storing the same content over
 * itself, as an update of labels does in Kubernetes, is no new content.
 */
function contentsAt(vault: MixedVaultProcess, { number }: LoopSecret): string[] {
  const contents: string[] = [];
  /** AWS: by version id. A version that was put becomes the current one when its stage is moved. */
  const put = new Map<string, string>();
  for (const { kind, mark, version } of vault.journal()) {
    if (mark !== undefined && !mark.startsWith(`kfmark-${number}-`)) continue;
    if (kind === 'put' && mark !== undefined) put.set(version ?? '', mark);
    const current = kind === 'move' ? put.get(version ?? '') : kind === 'put' ? undefined : mark;
    if (current !== undefined && contents.at(-1) !== current) contents.push(current);
  }
  return contents;
}
