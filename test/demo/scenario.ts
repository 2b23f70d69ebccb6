import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { eventually, must } from '../support/answers.ts';
import { look, type Written } from './proof.ts';
import { type Cast, type Player, type Profile, raiseCurtain, type Stage } from './stage.ts';

interface OpenChange {
  readonly id: string;
  readonly secretId: string;
  readonly revision: number;
  readonly digest: string;
  readonly state: string;
}

/**
 * The main job from end to end, through the public API alone and checked at the vaults themselves: typed secrets waiting
 * for approval, written to the source, proved at every target, updated, kept up through a vault that is away, and deleted
 * everywhere. Throws `StoryFailed` at the first difference. Answers with every value used, to look for leaks.
 */
export async function playScenario(stage: Stage): Promise<readonly string[]> {
  const cast = await raiseCurtain(stage);
  const login = await bring(stage, cast, 'db-login', 'basic_auth', { username: 'shop', password: random() });
  const key = await bring(stage, cast, 'tls-key', 'private_key', { value: newPrivateKey() });
  const settings = { REGION: `eu-${random()}`, API_KEY: random(), FEATURE_FLAGS: `{"checkout":"${random()}"}` };
  const flags = await bring(stage, cast, 'settings', 'key_value', settings);
  const updated = await updateUnderTwo(stage, cast, login);
  await destroyAll(stage, cast, [updated, key, flags]);
  await verifyAudit(stage);
  return [login, key, flags, updated]
    .flatMap(({ payload }) => Object.values(payload))
    .filter((value) => value !== 'shop');
}

const random = () => randomBytes(18).toString('base64url');

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Ada asks for a new secret, may not approve it herself, Grace approves; then it is at the source and at every target. */
async function bring(
  stage: Stage,
  cast: Cast,
  name: string,
  type: string,
  payload: Readonly<Record<string, string>>,
): Promise<Written> {
  const { story } = stage;
  const { ada, grace, source, targets } = cast;
  story.chapter(`A new ${type} secret: ${name}`);
  const request = {
    project: 'shop',
    name,
    type,
    sourceProfileId: source.id,
    targets: targets.map((target) => ({ profileId: target.id })),
    payload,
  };
  const change = openChange(must(await ada.api('POST', '/v1/secrets', request), 202));
  story.check('Ada asked for it; it waits for approval', change.state === 'pending_approval', change.state);
  const { secretId } = change;
  const before = await Promise.all([source, ...targets].map((profile) => profile.vault.read(`default/shop/${name}`)));
  story.check(
    'meanwhile no vault holds anything of it',
    before.every((entry) => entry === undefined),
  );
  const refused = await vote(ada, change);
  story.check('Ada may not approve her own change', refused.status === 403 && refused.json.code === 'not_eligible', {
    status: refused.status,
    code: refused.json.code,
  });
  must(await vote(grace, change), 200);
  story.say('Grace approves what she was shown: names and facts, no value.');
  const done = must(await ada.api('GET', `/v1/change-requests/${change.id}?wait=synced&timeout=30`), 200);
  story.check('the broker carried it out', done.state === 'applied' && done.resultVersion === 1, done.state);
  return proveEverywhere(stage, cast, { id: secretId, name, type, payload });
}

/** Every vault holds the newest version, byte for byte, and says so under the version's fingerprint. */
async function proveEverywhere(
  stage: Stage,
  cast: Cast,
  secret: Pick<Written, 'id' | 'name' | 'type' | 'payload'>,
  at: readonly Profile[] = [cast.source, ...cast.targets],
): Promise<Written> {
  const { story, masterKey } = stage;
  const found = must(await cast.ada.api('GET', `/v1/secrets/${secret.id}`), 200) as { sourcePath: string };
  const version = must(await cast.ada.api('GET', `/v1/secrets/${secret.id}/versions/latest`), 200) as {
    version: number;
    fingerprint: string;
  };
  const written = { ...secret, ...version, path: found.sourcePath };
  for (const profile of at) {
    const seen = await look(profile, written, { masterKey, organizationId: cast.organizationId });
    const label = `${secret.name}@${version.version} in ${profile.name}, fingerprint ${version.fingerprint.slice(0, 11)}…`;
    story.check(`${label} matches`, seen === 'equal', seen);
  }
  return written;
}

async function updateUnderTwo(stage: Stage, cast: Cast, old: Written): Promise<Written> {
  const { story, admins } = stage;
  const { ada, grace, katherine } = cast;
  story.chapter('A stricter policy, and a vault that is away');
  const users = [grace.id, katherine.id];
  const steps = [{ name: 'review', approvers: { users, groups: [], roles: [] }, required: 2 }];
  const stricter = await admins[0]('PATCH', `/v1/approval-profiles/${cast.approvalProfileId}`, { steps });
  const edit = openChange(must(stricter, 202));
  must(await vote(grace, edit), 200);
  const edited = must(await grace.api('GET', `/v1/change-requests/${edit.id}?wait=applied&timeout=30`), 200);
  story.check('the policy itself is only changed with its own approval', edited.state === 'applied', `${edited.state}`);
  story.say('From now on both reviewers must approve.');

  const lost = cast.targets[1] ?? cast.source;
  const others = cast.targets.filter((target) => target !== lost);
  lost.vault.pause();
  story.say(`The vault in ${lost.name} stops answering.`);
  try {
    const payload = { ...old.payload, password: random() };
    const body = { payload, expectedVersion: 1, comment: 'quarterly rotation' };
    const change = openChange(must(await ada.api('POST', `/v1/secrets/${old.id}/versions`, body), 202));
    must(await vote(grace, change), 200);
    const half = await readChange(ada, change.id);
    story.check('one approval is not enough', half.state === 'pending_approval', half.state);
    must(await vote(katherine, change), 200);
    const done = must(await ada.api('GET', `/v1/change-requests/${change.id}?wait=applied&timeout=30`), 200);
    story.check('two are; version 2 is written', done.state === 'applied' && done.resultVersion === 2, done.state);

    const states = await eventually(async () => {
      const seen = await targetStates(ada, old.id);
      return seen.get(lost.name)?.state === 'failed' &&
        others.every((other) => seen.get(other.name)?.state === 'synced')
        ? seen
        : undefined;
    }, 'two targets synced and one failed');
    for (const [name, { state, code, attempts }] of states) {
      story.say(
        `${name}: ${state}${code === null ? '' : ` (${code}, ${attempts} attempt${attempts === 1 ? '' : 's'}, tries again by itself)`}`,
      );
    }
    const ready = await proveEverywhere(stage, cast, { ...old, payload }, [cast.source, ...others]);
    const failed = states.get(lost.name);
    story.check(
      `${lost.name} is shown as failed, with code and next attempt`,
      failed?.code === 'timeout' && failed.nextAttemptAt !== null,
      failed,
    );
    // While an attempt runs the target is `syncing`.
    const found = await eventually(async () => {
      const { items } = must(await ada.api('GET', '/v1/secrets?targetState=failed'), 200) as {
        items: { id: string }[];
      };
      return items.length > 0 && items;
    }, 'a secret in the list of those with a failed target');
    story.check('and a filtered list finds the secret', found.length === 1 && found[0]?.id === old.id);

    lost.vault.resume();
    story.say(`The vault in ${lost.name} is back. Nobody does anything.`);
    must(await ada.api('GET', `/v1/change-requests/${change.id}?wait=synced&timeout=30`), 200);
    return await proveEverywhere(stage, cast, ready, [lost]);
  } finally {
    lost.vault.resume();
  }
}

async function destroyAll(stage: Stage, cast: Cast, secrets: readonly Written[]): Promise<void> {
  const { story } = stage;
  const { ada, grace, katherine } = cast;
  story.chapter('Deleted everywhere');
  for (const secret of secrets) {
    const change = openChange(must(await ada.api('POST', `/v1/secrets/${secret.id}/destroy`, {}), 202));
    for (const reviewer of [grace, katherine]) must(await vote(reviewer, change), 200);
    must(await ada.api('GET', `/v1/change-requests/${change.id}?wait=synced&timeout=30`), 200);
    const seen = await Promise.all([cast.source, ...cast.targets].map((profile) => profile.vault.read(secret.path)));
    story.check(
      `${secret.name} is gone from the source and every copy`,
      seen.every((entry) => entry === undefined),
    );
    const { state } = must(await ada.api('GET', `/v1/secrets/${secret.id}`), 200);
    story.check(`and the broker says so`, state === 'destroyed', state);
  }
}

async function verifyAudit(stage: Stage): Promise<void> {
  stage.story.chapter('The audit trail');
  const audit = must(await stage.admins[0]('GET', '/v1/audit-events/verify'), 200);
  stage.story.check(
    `${audit.events} events, the hash chain is unbroken`,
    audit.intact === true && Number(audit.events) > 30,
    audit,
  );
}

function openChange(answer: Record<string, unknown>): OpenChange {
  return { ...(answer.changeRequest as OpenChange), secretId: answer.secretId as string };
}

async function readChange(player: Player, id: string): Promise<{ state: string }> {
  return must(await player.api('GET', `/v1/change-requests/${id}`), 200) as { state: string };
}

/** Approves exactly what the change request showed. */
function vote(player: Player, { id, revision, digest }: OpenChange) {
  return player.api('POST', `/v1/change-requests/${id}/reviews`, { decision: 'approve', revision, digest });
}

interface TargetState {
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
}

async function targetStates(player: Player, secretId: string): Promise<Map<string, TargetState>> {
  const { items } = must(await player.api('GET', `/v1/secrets/${secretId}/targets`), 200) as {
    items: (TargetState & { profileName: string })[];
  };
  return new Map(items.map((item) => [item.profileName, item]));
}
