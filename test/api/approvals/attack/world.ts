import type { Random } from '../../../e2e/kill-loop/random.ts';
import type { ApiAnswer, ApiClient } from '../../../support/api-client.ts';

/** What stands in paths and bodies. */
export const KINDS = [
  'secretId',
  'targetId',
  'profileId',
  'vaultId',
  'approvalProfileId',
  'userId',
  'groupId',
  'machineId',
  'grantId',
  'tokenId',
  'sessionId',
  'project',
  'changeId',
  'webhookId',
  'deliveryId',
  'importId',
  'customer',
  'consumerId',
  'organizationId',
] as const;
export type Kind = (typeof KINDS)[number];

interface SeenChange {
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

/** Everything the attackers know: ids of what is there and of what they made, and in whose name they can speak. */
export interface World {
  readonly random: Random;
  /** The attackers themselves. */
  readonly voices: readonly ApiClient[];
  readonly lair: { readonly url: string; readonly token: string };
  readonly source: { readonly url: string; readonly token: string };
  readonly projectId: string;
  /** People whose only token must not be taken away, so that they can go on deciding. */
  readonly deciders: readonly string[];
  /** One of the attackers, or somebody they hold a token of. */
  voice(): ApiClient;
  pick(kind: Kind): string;
  change(): SeenChange;
  learn(operationId: string, answer: ApiAnswer): void;
  /** A name that is new. */
  name(): string;
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';

/** Which kind the `id` of a 201 answer is. */
const MADE: Readonly<Record<string, Kind>> = {
  createUser: 'userId',
  createGroup: 'groupId',
  createMachine: 'machineId',
  createRoleGrant: 'grantId',
  createToken: 'tokenId',
  beginSession: 'sessionId',
  createVault: 'vaultId',
  createVaultProfile: 'profileId',
  createApprovalProfile: 'approvalProfileId',
  createProject: 'project',
  createWebhook: 'webhookId',
  createCustomer: 'customer',
  createConsumer: 'consumerId',
};

type Ids = Readonly<Partial<Record<Kind, readonly string[]>>>;

/** @param known what is to be protected; @param own what the attackers have at the start */
export function createWorld(
  known: Ids,
  own: Ids,
  given: Pick<World, 'random' | 'voices' | 'lair' | 'source' | 'projectId' | 'deciders'>,
): World {
  const protectedIds = new Map(KINDS.map((kind) => [kind, [...(known[kind] ?? [])]]));
  const ids = new Map(KINDS.map((kind) => [kind, [...(known[kind] ?? []), ...(own[kind] ?? [])]]));
  const changes: SeenChange[] = [];
  const stolen: ApiClient[] = [];
  const { random, voices } = given;
  let names = 0;

  const learnChange = (json: Record<string, unknown>) => {
    const change = json.changeRequest as (SeenChange & { secretId: string | null }) | null | undefined;
    if (change == null) return;
    changes.push(change);
    ids.get('changeId')?.push(change.id);
  };

  return {
    ...given,
    voice: () => random.pick(stolen.length > 0 && random.next() < 0.3 ? stolen : voices),
    pick(kind) {
      // What is to be protected comes up as often as everything else together.
      const from = random.next() < 0.5 ? protectedIds.get(kind) : ids.get(kind);
      return random.pick(from?.length ? from : [...(ids.get(kind) ?? []), NOWHERE]);
    },
    change: () => (changes.length === 0 ? { id: NOWHERE, revision: 1, digest: 'k1:0' } : random.pick(changes)),
    name: () => `attack-${++names}`,
    learn(operationId, answer) {
      learnChange(answer.json);
      if (answer.status === 202 && operationId === 'importVaultEntries')
        ids.get('importId')?.push(String(answer.json.id));
      if (answer.status === 200 && operationId === 'editChangeRequest') learnChange({ changeRequest: answer.json });
      if (typeof answer.json.token === 'string') stolen.push((voices[0] as ApiClient).as(answer.json.token));
      const kind = MADE[operationId];
      if (answer.status !== 201) return;
      if (kind !== undefined) ids.get(kind)?.push(String(answer.json.id));
      if (operationId === 'createSecret') ids.get('secretId')?.push(String(answer.json.secretId));
    },
  };
}
