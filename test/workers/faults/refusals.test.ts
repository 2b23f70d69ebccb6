import { expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import type { EmulatedRequest } from '../../support/emulators/emulated-request.ts';
import { eachKind, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import type { MixedPlace } from '../../support/mixed-scene.ts';
import type { TargetView } from '../../support/sync-desk.ts';
import { requestsFor } from '../../support/vault-world.ts';

const it = useFaultDesk({ apart: true });

/** Everything but logins and checks. */
const WORK = ['observe', 'list', 'write', 'label', 'remove'] as const;

/** A vault of its own that finds everything too fast, and a target that met it. */
async function tooFast(place: MixedPlace, name: string, retryAfter: string) {
  place.world.script({ when: requestsFor(place.world, ...WORK), steps: place.world.replies.tooFast(retryAfter) });
  const { id } = await it.desk.made(name, [place]);
  const isRefused = ({ state, code }: TargetView) => state === 'failed' && code === 'rate_limited';
  expect(await it.seen(id, place, `refused (${retryAfter})`, isRefused)).toMatchObject({ attempts: 0 });
  return id;
}

/** Seconds from the attempt to the next one. */
async function waitOf(id: string): Promise<number> {
  const [row] = await it.scene.broker.db.query<{ seconds: number }>(
    `select extract(epoch from next_attempt_at - updated_at)::float8 as seconds from targets where secret_id = $1::uuid`,
    [id],
  );
  return row?.seconds ?? Number.NaN;
}

const calls = ({ world }: MixedPlace) => WORK.reduce((sum, purpose) => sum + world.arrived(purpose), 0);

const profileOf = async (place: MixedPlace) =>
  must(await it.scene.admin('GET', `/v1/vault-profiles/${place.profileId}`), 200) as {
    credential: { state: string; since: string | null };
  };
const credentialIs = (place: MixedPlace, state: string) =>
  eventually(async () => (await profileOf(place)).credential.state === state, `credential ${state}`);
/** Asks the vault until it says so. */
const checkedAs = (place: MixedPlace, state: string) =>
  eventually(async () => {
    const check = await it.desk.call('POST', `/v1/vault-profiles/${place.profileId}/check`);
    return check.state === state ? check : undefined;
  }, `a check that is ${state}`);
const renew = (place: MixedPlace, settings: Readonly<Record<string, unknown>>) =>
  it.desk.call('PATCH', `/v1/vaults/${place.vaultId}`, { settings });

async function made(name: string, place: MixedPlace, count: number) {
  const secrets = await Promise.all(
    Array.from({ length: count }, (_, index) => it.desk.made(`${name}-${index}`, [place])),
  );
  for (const { id } of secrets) await it.desk.inState(id, place, 'synced');
  return secrets;
}

eachKind(it, (name) => {
  test.sequential('an hour is not slept through: the pause is honoured, and capped (C3)', async () => {
    const place = await it.scene.place(name);
    const id = await tooFast(place, `hour-${name}`, '3600');
    const wait = await waitOf(id);
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(15 * 60);
    const before = calls(place);
    const other = await it.desk.made(`hour-other-${name}`, [place]);
    await it.seen(other.id, place, 'refused without a call', ({ code }) => code === 'rate_limited');
    await it.desk.hurry(id);
    await it.run(place);
    expect(calls(place)).toBe(before);
  });

  test.sequential('a date is a wait like any other (C3)', async () => {
    // gRPC has no headers that the client would show: Google says it with RetryInfo, in seconds.
    if (name === 'gcp-secret-manager') return;
    const place = await it.scene.place(name);
    const id = await tooFast(place, `date-${name}`, new Date(Date.now() + 50_000).toUTCString());
    const wait = await waitOf(id);
    expect(wait).toBeGreaterThan(15);
    expect(wait).toBeLessThanOrEqual(60);
  });

  test.sequential.each(['0', '-5, maybe'])(
    'without a wait that can be used ("%s") it is tried again soon, and goes on when the vault lets it (C3)',
    async (retryAfter) => {
      const place = await it.scene.place(name);
      const id = await tooFast(place, `now-${name}-${retryAfter.replace(/\W/g, 'x')}`, retryAfter);
      expect(await waitOf(id)).toBeLessThan(60);
      place.world.clearScripts();
      await it.desk.inState(id, place, 'synced');
    },
  );

  test.sequential('a credential that ends in the middle is the profile’s matter: targets wait for the next one (C4)', async () => {
    const place = it.at(name);
    const { world } = place;
    const secrets = await made(`ended-${name}`, place, 5);
    await checkedAs(place, 'ok');
    await credentialIs(place, 'accepted');
    world.credential.revoke();
    for (const { id } of secrets) await it.desk.write(id, 2);
    await credentialIs(place, 'refused');
    await it.run(place);
    for (const { id } of secrets) expect(await it.desk.target(id, place)).toMatchObject({ attempts: 0 });

    const before = calls(place);
    const late = await it.desk.made(`late-${name}`, [place]);
    await it.run(place);
    await it.run(place);
    expect(calls(place)).toBe(before);

    await renew(place, world.credential.renewed());
    for (const { id, path } of secrets) {
      await it.seen(id, place, 'synced at 2', (seen) => seen.state === 'synced' && seen.observedVersion === 2);
      expect(await textAt(place, path)).toBe('v2');
    }
    await it.desk.inState(late.id, place, 'synced');
    await checkedAs(place, 'ok');
    await credentialIs(place, 'accepted');
  });

  test.sequential('what the vault accepts again goes on as soon as a check passes (C4)', async () => {
    const place = it.at(name);
    const { world } = place;
    const { id } = (await made(`again-${name}`, place, 1))[0] ?? { id: '' };
    world.credential.revoke();
    await it.desk.write(id, 2);
    await credentialIs(place, 'refused');
    expect(await checkedAs(place, 'failing')).toMatchObject({ code: 'unauthenticated' });
    await credentialIs(place, 'refused');
    world.credential.restore();
    await checkedAs(place, 'ok');
    await it.seen(id, place, 'synced at 2', (seen) => seen.state === 'synced' && seen.observedVersion === 2);
  });

  test.sequential('a source that refuses costs its targets nothing, and they go on with its next credential (C4)', async () => {
    const place = it.at(name);
    const target = await it.scene.place('builtin');
    const { id, path } = await it.desk.made(`source-${name}`, [target], place);
    await it.desk.inState(id, target, 'synced');
    await it.desk.profile(target, 'disable');
    await it.desk.write(id, 2);
    place.world.credential.revoke();
    await it.desk.profile(target, 'enable');
    const seen = await it.seen(id, target, 'a refused source', ({ code }) => code?.startsWith('source_') ?? false);
    expect(seen).toMatchObject({ state: 'failed', code: 'source_unauthenticated', attempts: 0, observedVersion: 1 });
    await credentialIs(place, 'refused');
    await renew(place, place.world.credential.renewed());
    await it.seen(id, target, 'synced at 2', ({ observedVersion }) => observedVersion === 2);
    expect(await textAt(target, path)).toBe('v2');
  });
});

test.each(['hashicorp-vault', 'aws-secrets-manager'] as const)(
  'a session of %s that ends in the middle is replaced once for all who wait, and nobody notices (C4)',
  async (name) => {
    const place = await it.scene.place(name);
    const { world } = place;
    const session = world.credential.session?.();
    await renew(place, session?.settings ?? {});
    const secrets = await made(`session-${name}`, place, 6);
    await checkedAs(place, 'ok');
    await it.desk.profile(place, 'disable');
    for (const { id } of secrets) await it.desk.write(id, 2);
    session?.expire();
    const logins: string[] = [];
    world.script({ when: (request) => isLogin(request) && logins.push(request.path) > 0, steps: 'ok' });
    await it.desk.profile(place, 'enable');
    for (const { id, path } of secrets) {
      const seen = await it.seen(id, place, 'synced at 2', ({ observedVersion }) => observedVersion === 2);
      expect(seen).toMatchObject({ state: 'synced', attempts: 0 });
      expect(await textAt(place, path)).toBe('v2');
    }
    expect(logins).toHaveLength(1);
    expect((await profileOf(place)).credential.state).toBe('accepted');
  },
);

/** A login that makes a session; looking at a token one has is none. */
function isLogin({ path, headers }: EmulatedRequest): boolean {
  return path.endsWith('/approle/login') || (path === '/' && headers['x-amz-target'] === undefined);
}
