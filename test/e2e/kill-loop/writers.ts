import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiAnswer } from '../../support/api-client.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';

/** A write somebody sent. Every mark is sent once only, under one idempotency key. */
export interface Sent {
  readonly secretId: string;
  /** The value, unlike any other. */
  readonly mark: string;
  readonly key: string;
}

/** What the broker has said of one write. */
export interface Acknowledged extends Sent {
  readonly version: number;
  readonly changeId: string;
}

/** What a round of writing came to. */
export interface Load {
  readonly acknowledged: Acknowledged[];
  /** Answered 202: the broker goes on with it by itself. */
  readonly open: (Sent & { readonly changeId: string })[];
  /** No answer: the connection broke. */
  readonly unanswered: Sent[];
  /** Refused with 409, so without any effect. */
  readonly refused: Sent[];
  readonly problems: string[];
}

/** Nobody listened. */
function neverSent(error: unknown): boolean {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code === 'ECONNREFUSED';
}

const REFUSED_PAUSE_MS = 50;

/** Writes to all secrets at once, one writer each and some who come between, until `stop`. */
export function startWriters(cluster: Cluster, random: Random, rovers: number): { stop(): Promise<Load> } {
  const load: Load = { acknowledged: [], open: [], unanswered: [], refused: [], problems: [] };
  let stopping = false;
  const write = async (secretId: string): Promise<void> => {
    const sent = { secretId, mark: randomUUID(), key: randomUUID() };
    await send(cluster, sent, load);
  };
  const writer = async (choose: () => string): Promise<void> => {
    while (!stopping) {
      await write(choose());
      await delay(random.between(0, 60));
    }
  };
  const work = [
    ...cluster.secrets.map((secret) => writer(() => secret.id)),
    ...Array.from({ length: rovers }, () => writer(() => random.pick(cluster.secrets).id)),
  ];
  return {
    async stop() {
      stopping = true;
      await Promise.all(work);
      return load;
    },
  };
}

/** Sends a write, perhaps again, and sorts it by the answer. */
export async function send(cluster: Cluster, sent: Sent, load: Load): Promise<void> {
  let answer: ApiAnswer;
  try {
    answer = await cluster.admin(
      'POST',
      `/v1/secrets/${sent.secretId}/versions`,
      { payload: { mark: sent.mark } },
      { 'idempotency-key': sent.key },
    );
  } catch (error) {
    if (neverSent(error)) await delay(REFUSED_PAUSE_MS);
    else load.unanswered.push(sent);
    return;
  }
  const change = answer.json.changeRequest as { id: string } | undefined;
  const version = answer.json.version as { version: number } | null | undefined;
  if (answer.status === 201 && change && version) {
    load.acknowledged.push({ ...sent, version: version.version, changeId: change.id });
  } else if (answer.status === 202 && change) load.open.push({ ...sent, changeId: change.id });
  else if (answer.status === 409) load.refused.push(sent);
  else load.problems.push(`a write was answered ${answer.status} ${String(answer.json.code ?? '')}`);
}
