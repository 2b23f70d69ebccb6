import { randomUUID } from 'node:crypto';
import { eventually, must } from '../../support/answers.ts';
import type { ApiClient } from '../../support/api-client.ts';
import type { MixedVaultProcess, ProcessKind } from '../../support/mixed-vault-process.ts';
import type { Random } from './random.ts';

/** A secret under load, with the kinds of vault it lies in. */
export interface LoopSecret {
  readonly id: string;
  /** In every mark of its values. */
  readonly number: number;
  /** Relative to its source profile and to those of its targets. */
  readonly path: string;
  readonly source: ProcessKind;
  readonly targets: readonly ProcessKind[];
  /** Its changes wait for a reviewer. */
  readonly held: boolean;
}

/** Everything the loop's brokers hold: projects, profiles of every kind, a reviewer, secrets. */
export interface Estate {
  readonly secrets: readonly LoopSecret[];
  /** Those that were under load before; they keep what they hold. */
  readonly rested: readonly LoopSecret[];
  /** Puts a new secret of the same sort in the place of one, which is left alone from now on. */
  replace(admin: ApiClient, secret: LoopSecret): Promise<void>;
  /** Whose approval held changes wait for. */
  readonly reviewerToken: string;
  /** A secret that is about to be destroyed, with a source of any kind. */
  doomed(admin: ApiClient, random: Random): Promise<LoopSecret>;
}

/** Kinds whose secrets are also made behind an approval policy. */
const HELD: readonly ProcessKind[] = ['hashicorp-vault', 'aws-secrets-manager', 'kubernetes'];
const TARGETS = 2;

interface Profiles {
  readonly open: string;
  readonly held: string | undefined;
  readonly copy: string;
}

/** A value that the journals can be searched for; see `markIn`. */
export function newMark(number: number): string {
  return `kfmark-${number}-${randomUUID().replaceAll('-', '')}`;
}

export async function buildEstate(admin: ApiClient, vaults: readonly MixedVaultProcess[]): Promise<Estate> {
  must(await admin('POST', '/v1/projects', { slug: 'loop', name: 'Kill loop' }), 201);
  const reviewer = await makeReviewer(admin);
  const profiles = new Map<ProcessKind, Profiles>();
  for (const vault of vaults) profiles.set(vault.kind, await makeProfiles(admin, vault, reviewer.policyId));
  const kinds = vaults.map(({ kind }) => kind);
  let count = 0;

  const make = async (by: ApiClient, source: ProcessKind, held: boolean): Promise<LoopSecret> => {
    const number = ++count;
    const from = kinds.indexOf(source);
    const targets = Array.from(
      { length: TARGETS },
      (_, index) => kinds[(from + 1 + index + (number % 2)) % kinds.length] as ProcessKind,
    );
    const own = profiles.get(source);
    const body = {
      project: 'loop',
      name: `secret-${number}`,
      type: 'key_value',
      sourceProfileId: held ? own?.held : own?.open,
      targets: targets.map((kind) => ({ profileId: profiles.get(kind)?.copy })),
      payload: { mark: newMark(number) },
    };
    const made = must(await by('POST', '/v1/secrets', body), 201, 202);
    if (held) await approve(by.as(reviewer.token), made.changeRequest as Shown);
    const path = `loop/secret-${number}`;
    return { id: made.secretId as string, number, path, source, targets, held };
  };

  const secrets: LoopSecret[] = [];
  for (const kind of kinds) secrets.push(await make(admin, kind, false));
  for (const kind of HELD) secrets.push(await make(admin, kind, true));
  const rested: LoopSecret[] = [];
  return {
    secrets,
    rested,
    reviewerToken: reviewer.token,
    doomed: (by, random) => make(by, random.pick(kinds), false),
    async replace(by, secret) {
      const next = await make(by, secret.source, secret.held);
      rested.push(secret);
      secrets.splice(secrets.indexOf(secret), 1, next);
    },
  };
}

interface Shown {
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

async function approve(reviewer: ApiClient, { id, revision, digest }: Shown): Promise<void> {
  must(await reviewer('POST', `/v1/change-requests/${id}/reviews`, { decision: 'approve', revision, digest }), 200);
  await eventually(
    async () => must(await reviewer('GET', `/v1/change-requests/${id}`), 200).state === 'applied',
    'an approved create is applied',
    30_000,
  );
}

async function makeReviewer(admin: ApiClient): Promise<{ token: string; policyId: string }> {
  const person = must(await admin('POST', '/v1/users', { name: 'Reviewer', email: 'reviewer@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: person.id, role: 'approver' };
  must(await admin('POST', '/v1/role-grants', grant), 201);
  const { token } = must(await admin('POST', '/v1/tokens', { name: 'reviewer', userId: person.id }), 201);
  const steps = [{ name: 'review', approvers: { users: [person.id] }, required: 1 }];
  const policy = must(await admin('POST', '/v1/approval-profiles', { name: 'review', steps }), 201);
  return { token: token as string, policyId: policy.id as string };
}

/** One vault with a profile for sources, one for copies and, where it is asked for, one behind the policy. */
async function makeProfiles(admin: ApiClient, vault: MixedVaultProcess, policyId: string): Promise<Profiles> {
  const { kind, settings, attributes } = vault;
  const { id: vaultId } = must(await admin('POST', '/v1/vaults', { name: kind, kind, settings }), 201);
  const profile = async (use: string, body: object = {}): Promise<string> => {
    const naming = `${use}/{project}/{path}/{name}`;
    // It deletes more than anybody should within an hour: no fuse.
    const asked = { name: `${kind} ${use}`, vaultId, attributes, naming, maxDeletes: null, ...body };
    return must(await admin('POST', '/v1/vault-profiles', asked), 201).id as string;
  };
  return {
    open: await profile('open'),
    held: HELD.includes(kind) ? await profile('held', { approvalProfileId: policyId }) : undefined,
    copy: await profile('copy'),
  };
}
