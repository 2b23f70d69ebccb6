import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '../../support/api-client.ts';
import type { Cluster } from './cluster.ts';
import { type LoopSecret, newMark } from './estate.ts';
import type { Random } from './random.ts';

/** A write somebody sent. Every mark is sent once only, under one idempotency key. */
export interface Sent {
  readonly secret: LoopSecret;
  /** The value, unlike any other. */
  readonly mark: string;
  readonly key: string;
}

/** What the broker has said of one write. */
export interface Acknowledged extends Sent {
  readonly version: number;
  readonly changeId: string;
}

/** A write the broker goes on with by itself, or that waits for the reviewer. */
export interface Opened extends Sent {
  readonly changeId: string;
  /** What the reviewer decides, and whether the broker has said that it was recorded. */
  vote: { readonly decision: 'approve' | 'reject'; recorded: boolean } | undefined;
}

/** What some rounds of writing came to. */
export interface Load {
  readonly acknowledged: Acknowledged[];
  readonly open: Opened[];
  /** No answer, or one that says that nobody can say. */
  readonly unanswered: Sent[];
  /** Refused, so without any effect. */
  readonly refused: Sent[];
  readonly problems: string[];
}

export type Answered = ApiAnswer | 'unanswered' | 'not sent';

/** Nobody is there: asking again at once would only take the processor from who is being started. */
const REFUSED_PAUSE_MS = 150;
const REJECTED_SHARE = 0.2;

/** One request. Servers are being killed: a broken connection and 503 `unavailable` say nothing of its effect. */
export async function ask(api: () => ApiClient, ...request: Parameters<ApiClient>): Promise<Answered> {
  try {
    const answer = await api()(...request);
    if (answer.status !== 503 || answer.json.code !== 'unavailable') return answer;
    await delay(REFUSED_PAUSE_MS);
    return 'unanswered';
  } catch (error) {
    await delay(REFUSED_PAUSE_MS);
    const code = ((error as Error).cause as { code?: unknown } | undefined)?.code;
    return code === 'ECONNREFUSED' ? 'not sent' : 'unanswered';
  }
}

/** Writes to all secrets at once, one writer each and some who come between, until `stop`. */
export function startWriters(cluster: Cluster, random: Random, rovers: number): { stop(): Promise<Load> } {
  const load: Load = { acknowledged: [], open: [], unanswered: [], refused: [], problems: [] };
  const { secrets } = cluster.estate;
  let stopping = false;
  const writer = async (choose: () => LoopSecret): Promise<void> => {
    while (!stopping) {
      const secret = choose();
      await send(cluster, { secret, mark: newMark(secret.number), key: randomUUID() }, load, random);
      await delay(random.between(10, 150));
    }
  };
  const work = [
    ...secrets.map((secret) => writer(() => secret)),
    ...Array.from({ length: rovers }, () => writer(() => random.pick(secrets))),
  ];
  return {
    async stop() {
      stopping = true;
      await Promise.all(work);
      return load;
    },
  };
}

/** Sends a write, perhaps again, and sorts it by the answer; a held one is decided at once. */
export async function send(cluster: Cluster, sent: Sent, load: Load, random: Random): Promise<void> {
  const path = `/v1/secrets/${sent.secret.id}/versions`;
  const body = { payload: { mark: sent.mark } };
  const answer = await ask(() => cluster.admin, 'POST', path, body, { 'idempotency-key': sent.key });
  if (answer === 'not sent') return;
  if (answer === 'unanswered') return void load.unanswered.push(sent);
  const change = answer.json.changeRequest as { id: string } | undefined;
  const version = answer.json.version as { version: number } | null | undefined;
  if (answer.status === 201 && change && version) {
    load.acknowledged.push({ ...sent, version: version.version, changeId: change.id });
  } else if (answer.status === 202 && change) {
    const decision = random.next() < REJECTED_SHARE ? 'reject' : 'approve';
    const vote = sent.secret.held ? ({ decision, recorded: false } as const) : undefined;
    const opened: Opened = { ...sent, changeId: change.id, vote };
    load.open.push(opened);
    await decide(cluster, opened, load);
  } else if (answer.status === 409 || isVaultAway(answer)) load.refused.push(sent);
  else load.problems.push(`a write was answered ${answer.status} ${String(answer.json.code ?? '')}`);
}

/** The vault did not answer in time and the broker knows that nothing was done; not knowing, it answers 202. */
function isVaultAway({ status, json }: ApiAnswer): boolean {
  return status === 503 && (json.code === 'vault_unavailable' || json.code === 'vault_busy');
}

/** Votes on what waits, unless that vote is known to be recorded. */
export async function decide(cluster: Cluster, { changeId, vote }: Opened, load: Load): Promise<void> {
  if (vote === undefined || vote.recorded) return;
  const reviewer = () => cluster.admin.as(cluster.estate.reviewerToken);
  const shown = await ask(reviewer, 'GET', `/v1/change-requests/${changeId}`);
  if (typeof shown === 'string') return;
  const { state, digest, revision } = shown.json;
  // The vote arrived, its answer did not.
  if (state !== 'pending_approval') {
    vote.recorded = true;
    return;
  }
  const body = { decision: vote.decision, digest, revision };
  const answer = await ask(reviewer, 'POST', `/v1/change-requests/${changeId}/reviews`, body);
  if (typeof answer === 'string') return;
  if (answer.status === 200) vote.recorded = true;
  else if (answer.status !== 409) load.problems.push(`a vote was answered ${answer.status} ${answer.text}`);
}
