import { randomUUID } from 'node:crypto';
import { VaultError } from '../../../adapters/vault-error.ts';
import { eventually } from '../../support/answers.ts';
import type { Cluster } from './cluster.ts';
import type { LoopSecret } from './estate.ts';
import type { Random } from './random.ts';
import { ask } from './writers.ts';

/** A secret that is destroyed while things are killed. */
export interface Deletion {
  readonly secret: LoopSecret;
  /** Sends the order, or sends it again under the same key, until the broker has answered it. */
  demand(): Promise<void>;
}

/** Made while it is quiet. */
export async function prepareDeletions(cluster: Cluster, random: Random, count: number): Promise<Deletion[]> {
  const doomed = Array.from({ length: count }, () => cluster.estate.doomed(cluster.admin, random));
  return (await Promise.all(doomed)).map((secret) => {
    const key = { 'idempotency-key': randomUUID() };
    let answered = false;
    const demand = async (): Promise<void> => {
      if (answered) return;
      const answer = await ask(() => cluster.admin, 'POST', `/v1/secrets/${secret.id}/destroy`, {}, key);
      if (typeof answer === 'string') return;
      if (![200, 202].includes(answer.status))
        throw new Error(`a deletion was answered ${answer.status} ${answer.text}`);
      answered = true;
    };
    return { secret, demand };
  });
}

/** Waits until every copy's removal is on record, and answers with what is still there all the same. */
export async function checkDeletions(cluster: Cluster, deletions: readonly Deletion[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { secret } of deletions) {
    await eventually(async () => {
      const [row] = await cluster.query<{ state: string; left: number }>(
        `select s.state, (select count(*)::int from targets t where t.secret_id = s.id and t.state <> 'removed') as left
         from secrets s where s.id = $1::uuid`,
        [secret.id],
      );
      return row?.state === 'destroyed' && row.left === 0;
    }, `${secret.path} is destroyed everywhere`);
    if (await isThere(cluster, secret.source, `open/${secret.path}`))
      problems.push(`${secret.path}: its source is left`);
    for (const kind of secret.targets) {
      if (await isThere(cluster, kind, `copy/${secret.path}`))
        problems.push(`${secret.path}: a copy at ${kind} is left`);
    }
  }
  return problems;
}

async function isThere(cluster: Cluster, kind: LoopSecret['source'], path: string): Promise<boolean> {
  try {
    await cluster.adapter(kind).head(path, { signal: AbortSignal.timeout(5_000) });
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.code === 'not_found') return false;
    throw error;
  }
}
