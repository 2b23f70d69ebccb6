import type { ApiAnswer, ApiClient } from '../../support/api-client.ts';
import { must, type Scene, type ScenePerson } from '../../support/scene.ts';

/** What a decision on a change needs to know of it. */
export interface Opened {
  readonly id: string;
  readonly secretId: string;
  readonly revision: number;
  readonly digest: string;
}

interface Names {
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
}

/** A step as the API takes it. */
export function step(approvers: Names, required = 1, name = 'review') {
  return { name, approvers: { users: [], groups: [], roles: [], ...approvers }, required };
}

let named = 0;

/** A further profile on a vault of the scene with a policy of its own, so that tests do not disturb each other's grants. */
export async function addProfile(
  scene: Scene,
  vaultId: string,
  steps?: readonly unknown[],
  policy: Record<string, unknown> = {},
): Promise<string> {
  const name = `profile-${++named}`;
  const approvalProfileId = steps === undefined ? null : await addPolicy(scene, steps, policy);
  const body = { name, vaultId, approvalProfileId, attributes: { prefix: name } };
  return must(await scene.admin('POST', '/v1/vault-profiles', body), 201).id as string;
}

export async function addPolicy(scene: Scene, steps: readonly unknown[], policy: Record<string, unknown> = {}) {
  const body = { name: `policy-${++named}`, steps, ...policy };
  return must(await scene.admin('POST', '/v1/approval-profiles', body), 201).id as string;
}

/** The body of a create through one profile; the name is new. */
export function newSecret(sourceProfileId: string, more: Record<string, unknown> = {}) {
  const payload = { value: `content-${++named}` };
  return { project: 'shop', name: `secret-${named}`, type: 'key_value', sourceProfileId, payload, ...more };
}

/** An existing secret with one version, whose creation the profile's policy must not govern. */
export async function existing(api: ApiClient, profileId: string, more: Record<string, unknown> = {}): Promise<string> {
  return must(await api('POST', '/v1/secrets', newSecret(profileId, more)), 201).secretId as string;
}

/** The change that a 202 answer says is waiting. */
export function opened(answer: ApiAnswer): Opened {
  const { changeRequest } = must(answer, 202) as { changeRequest: Opened & { state: string } };
  if (changeRequest.state !== 'pending_approval') throw new Error(`the change is ${changeRequest.state}`);
  return changeRequest;
}

export function review(api: ApiClient, change: Opened, decision: 'approve' | 'reject' = 'approve') {
  const { revision, digest } = change;
  return api('POST', `/v1/change-requests/${change.id}/reviews`, { decision, revision, digest });
}

export async function changeOf(api: ApiClient, id: string) {
  return must(await api('GET', `/v1/change-requests/${id}`), 200);
}

/** What a worker does when it is rung for a change; false when there was nothing it might do. */
export async function work(scene: Scene, changeId: string): Promise<boolean> {
  const grant = await scene.broker.work.executions.begin(changeId);
  if (grant === undefined) return false;
  await scene.broker.work.executor.execute(grant.change, { recovering: grant.recovering, patient: true });
  return true;
}

/** Actions recorded about one object, oldest first. */
export async function actionsOf(scene: Scene, objectId: string): Promise<string[]> {
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${objectId}&limit=100`), 200);
  return (items as { action: string }[]).map((item) => item.action).reverse();
}

export async function sealedPayloadOf(scene: Scene, changeId: string): Promise<unknown> {
  const [row] = await scene.broker.db.query<{ sealed: unknown }>(
    'select sealed_payload as sealed from change_requests where id = $1::uuid',
    [changeId],
  );
  return row?.sealed;
}

/** Gives somebody a further role in the whole organization; answers with the grant's id. */
export async function grantRole(scene: Scene, subjectType: string, subjectId: string, role: string): Promise<string> {
  return must(await scene.admin('POST', '/v1/role-grants', { subjectType, subjectId, role }), 201).id as string;
}

/** An administrative change, done: at once, or with the votes of these people where a policy asks for it. */
export async function agreed(scene: Scene, answer: ApiAnswer, ...people: readonly ScenePerson[]): Promise<void> {
  if (answer.status !== 202) return void must(answer, 200, 201, 204);
  const change = opened(answer);
  for (const person of people) must(await review(person.api, change), 200);
  await work(scene, change.id);
  const { state } = await changeOf(scene.admin, change.id);
  if (state !== 'applied') throw new Error(`the administrative change is ${state}`);
}
