import { expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import type { Step } from '../../support/emulators/scripts.ts';
import { eachKind, fieldsAt, storedTimes, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import type { EmulatedName, MixedPlace } from '../../support/mixed-scene.ts';
import { requestsFor, type VendorReplies } from '../../support/vault-world.ts';

const it = useFaultDesk({ apart: true, vaultTimeoutMs: 1_200 });

/** Entries for which the vault's listing needs a second request; the shared Secret is one request however many there are. */
const MORE_THAN_A_PAGE: Readonly<Record<EmulatedName, number>> = {
  'aws-secrets-manager': 8,
  'gcp-secret-manager': 26,
  'gcp-secret-manager-rest': 26,
  'hashicorp-vault': 1,
  kubernetes: 101,
  'kubernetes-shared': 1,
  scaleway: 101,
};

/** Versions of an entry that is made anew have other names there; elsewhere they begin at the same number again. */
const NAMES_NEVER_RETURN: readonly EmulatedName[] = ['aws-secrets-manager', 'scaleway'];
const GONE = ['version_content_unavailable', 'source_not_found'];
const DRIFTED = ['content_drifted', 'source_drifted'];

/** What a source can answer in place of a value. */
const answersOf = ({ denied, serverError, proxyNotFound, emptyBody, emptyList }: VendorReplies) => ({
  denied,
  'a server error': serverError,
  'a 404 of a proxy': proxyNotFound,
  'a page with status 200': 'wrong-body' as const,
  'an empty answer': emptyBody,
  'an empty list': emptyList,
  'a broken connection': 'reset' as const,
});

/** A secret whose value lies there, with a copy that is at its first version. */
async function sourced(name: string, source: MixedPlace) {
  const target = await it.scene.place('builtin');
  const { id, path } = await it.made(name, [target], source);
  await it.desk.inState(id, target, 'synced');
  return { id, path, target };
}

eachKind(it, (name) => {
  test.sequential('a source that does not hand out the value changes no copy and ends nothing (B14)', async () => {
    const source = it.at(name);
    const { world } = source;
    const { id, path, target } = await sourced(`mute-${name}`, source);
    await it.desk.profile(target, 'disable');
    await it.desk.write(id, 2);
    await it.settled(id, 2);
    let answer: Step = 'reset';
    const script = world.script({ when: requestsFor(world, 'observe'), steps: () => answer });
    const before = world.changes();
    await it.desk.profile(target, 'enable');
    for (const [what, steps] of Object.entries(answersOf(world.replies))) {
      answer = steps;
      const { hits } = script;
      await eventually(async () => {
        await it.desk.hurry(id);
        return script.hits > hits;
      }, what);
      const seen = await it.seen(id, target, what, ({ state }) => state === 'failed');
      expect(seen.code, what).toMatch(/^source_/);
      expect(seen, what).toMatchObject({ observedVersion: 1, desiredVersion: 2 });
      expect(await textAt(target, path), what).toBe('v1');
    }
    expect(world.changes()).toBe(before);
    world.clearScripts();
    await it.desk.hurry(id);
    await it.seen(id, target, 'synced at 2', ({ observedVersion }) => observedVersion === 2);
    expect(await textAt(target, path)).toBe('v2');
  });

  test.sequential('a listing that fails on a later page is no listing (B14)', async () => {
    const { world, foreign, profileId } = it.at(name);
    for (let entry = 0; entry < MORE_THAN_A_PAGE[name]; entry++)
      await foreign.write(`default/listed/entry-${entry}`, 'value', 'x');
    const list = () => it.scene.admin('GET', `/v1/vault-profiles/${profileId}/entries?prefix=default/listed&limit=200`);
    // On a busy machine the faults before may have opened the breaker, or a page comes too late.
    const listed = () =>
      eventually(async () => {
        const { status, json } = await list();
        return status === 200 && (json.items as { path: string }[]);
      }, 'the listing');
    const all = await listed();
    expect(all).toHaveLength(MORE_THAN_A_PAGE[name]);
    const { denied, serverError, proxyNotFound } = world.replies;
    const first: readonly Step[] = name === 'kubernetes-shared' ? [] : ['ok'];
    for (const fault of [denied, serverError, proxyNotFound, 'wrong-body', 'reset'] as const) {
      const script = world.script({ when: requestsFor(world, 'list', 'observe'), steps: [...first, fault] });
      await eventually(async () => {
        const answer = await list();
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.json.items).toBeUndefined();
        return script.hits > first.length;
      }, 'the fault was met');
      world.clearScripts();
    }
    expect(await listed()).toEqual(all);
  });

  test.sequential('content altered behind our back is neither handed out nor pushed (E7)', async () => {
    const source = it.at(name);
    const target = await it.scene.place('builtin');
    await it.desk.profile(target, 'disable');
    const { id, path } = await it.made(`altered-${name}`, [target], source);
    const adapter = await source.adapter();
    await adapter.remove(path, { mode: 'permanent', signal: AbortSignal.timeout(5_000) });
    // AWS keeps a name for a moment after its removal.
    await eventually(async () => {
      await source.foreign.write(path, 'value', 'slipped in').catch(() => undefined);
      return isThere(source, path);
    }, 'an entry of somebody else');

    const read = await it.scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`);
    expect(read.status).toBe(409);
    expect(read.text).not.toContain('slipped in');
    await it.desk.profile(target, 'enable');
    const seen = await it.seen(id, target, 'a failure', ({ state }) => state === 'failed');
    expect([read.json.code, seen.code]).toEqual(NAMES_NEVER_RETURN.includes(name) ? GONE : DRIFTED);
    expect(seen).toMatchObject({ observedVersion: null });
    expect(await fieldsAt(target, path)).toBeUndefined();
    const failed = must(await it.scene.admin('GET', '/v1/secrets?targetState=failed'), 200).items as { id: string }[];
    expect(failed.map((item) => item.id)).toContain(id);
  });

  test.sequential('a new version that somebody else wrote is not pushed (E7)', async () => {
    const source = it.at(name);
    const target = await it.scene.place('builtin');
    await it.desk.profile(target, 'disable');
    const { id, path } = await it.made(`newer-${name}`, [target], source);
    await source.foreign.write(path, 'value', 'slipped in');
    await it.desk.profile(target, 'enable');
    // What was approved is still there where a vault keeps versions, and that is what is pushed.
    const { versions } = (await source.adapter()).capabilities;
    const seen = await it.seen(id, target, 'an end', ({ state }) => state === (versions ? 'synced' : 'failed'));
    expect(seen.code).toBe(versions ? null : 'source_drifted');
    expect(await textAt(target, path)).toBe(versions ? 'v1' : undefined);
  });

  test.sequential('a write at the source that was applied and not answered is one version (C1)', async () => {
    const source = it.at(name);
    const { world } = source;
    const usual = world.arrived('write');
    await it.made(`usual-${name}`, [], source);
    const moments = world.arrived('write') - usual > 1 ? [[], ['ok' as const]] : [[]];
    let number = 0;
    for (const step of ['apply-then-500', 'apply-then-reset', 'apply-then-hang'] as const) {
      for (const before of moments) {
        const script = { when: requestsFor(world, 'write'), steps: [...before, step], count: before.length + 1 };
        const known = await storedTimes(source);
        world.script(script);
        const { id, path } = await it.made(`applied-${name}-${++number}`, [], source);
        world.clearScripts();
        expect(await textAt(source, path)).toBe('v1');
        expect(await storedTimes(source), `${step} at a creation`).toBe(known + 1);
        world.script(script);
        await it.desk.write(id, 2);
        await it.settled(id, 2);
        world.clearScripts();
        expect(await textAt(source, path)).toBe('v2');
        expect(await storedTimes(source), `${step} at an update`).toBe(known + 2);
      }
    }
  });

  test.sequential('a write at the source that was not applied is finished, or leaves nothing (C1)', async () => {
    const source = it.at(name);
    const { world } = source;
    const { id, path } = await it.made(`unapplied-${name}`, [], source);
    let applied = 1;
    for (const step of [world.replies.serverError, 'reset', 'hang'] as const) {
      world.script({ when: requestsFor(world, 'write'), steps: step, count: 1 });
      const answer = await it.scene.admin('POST', `/v1/secrets/${id}/versions`, {
        payload: { value: `${applied + 1}` },
      });
      expect([201, 202, 503]).toContain(answer.status);
      const latest = await eventually(async () => {
        const { state, latestVersion } = await it.desk.call('GET', `/v1/secrets/${id}`);
        return state === 'active' ? (latestVersion as number) : undefined;
      }, 'an end of the change');
      if (latest > applied) expect(await textAt(source, path)).toBe(`${latest}`);
      else expect(await textAt(source, path)).toBe(applied === 1 ? 'v1' : `${applied}`);
      applied = latest;
    }
  });
});

async function isThere(place: MixedPlace, path: string): Promise<boolean> {
  const adapter = await place.adapter();
  return adapter.head(path, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
