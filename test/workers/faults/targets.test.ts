import { expect, test } from 'vitest';
import { eventually } from '../../support/answers.ts';
import type { Step } from '../../support/emulators/scripts.ts';
import { eachKind, storedTimes, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import type { MixedPlace } from '../../support/mixed-scene.ts';
import { requestsFor, type VendorReplies } from '../../support/vault-world.ts';

const it = useFaultDesk({ vaultTimeoutMs: 1_200 });

const APPLIED: readonly Step[] = ['apply-then-500', 'apply-then-reset', 'apply-then-hang'];
const NOT_APPLIED: readonly Step[] = [{ status: 500 }, 'reset', 'hang'];

async function syncedAt(id: string, place: MixedPlace, version: number): Promise<void> {
  await eventually(async () => {
    await it.desk.hurry(id);
    const seen = await it.desk.target(id, place);
    return seen.state === 'synced' && seen.observedVersion === version;
  }, `version ${version} at ${place.name}`);
}

/** What a look can be answered with that says neither that the entry is there nor that it is not. */
const answersOf = ({ denied, serverError, proxyNotFound, emptyBody, emptyList }: VendorReplies) =>
  ({
    denied,
    'a server error': serverError,
    'a 404 of a proxy': proxyNotFound,
    'a page with status 200': 'wrong-body',
    'an empty answer': emptyBody,
    'an empty list': emptyList,
    'a broken connection': 'reset',
  }) as const;

eachKind(it, (name) => {
  const answers = () =>
    Object.entries(answersOf(it.at(name).world.replies)).filter(([what]) => {
      // Scaleway is asked for an entry by its name: there an empty list is the very answer that says "none".
      return !(name === 'scaleway' && what === 'an empty list');
    });

  test.sequential('an unclear look writes nothing, proves nothing, and is looked at again (C2)', async () => {
    const place = it.at(name);
    const { world } = place;
    const { id, path } = await it.desk.made(`looked-at-${name}`, [place]);
    await it.desk.inState(id, place, 'synced');
    let version = 1;
    for (const [what, steps] of answers()) {
      const before = world.changes();
      world.script({ when: requestsFor(world, 'observe'), steps });
      await it.desk.write(id, ++version);
      const seen = await it.seen(id, place, what, ({ state }) => state === 'failed' || state === 'conflict');
      expect(seen, what).toMatchObject({ state: 'failed', observedVersion: version - 1 });
      expect(seen.code, what).toMatch(/^(permission_denied|unavailable|unknown|timeout)$/);
      expect(world.changes(), what).toBe(before);
      world.clearScripts();
      await it.desk.hurry(id);
      await it.seen(id, place, `synced after ${what}`, ({ observedVersion }) => observedVersion === version);
      expect(await textAt(place, path)).toBe(`v${version}`);
    }
  });

  test.sequential('an unclear look neither removes anything nor takes it for removed (C2)', async () => {
    const place = it.at(name);
    const { world } = place;
    const { id, path } = await it.desk.made(`looked-for-${name}`, [place]);
    await it.desk.inState(id, place, 'synced');
    const before = world.changes();
    let answer: Step = 'reset';
    const script = world.script({ when: requestsFor(world, 'observe'), steps: () => answer });
    await it.desk.call('POST', `/v1/secrets/${id}/destroy`);
    for (const [what, steps] of answers()) {
      answer = steps;
      const { hits } = script;
      await eventually(async () => {
        await it.desk.hurry(id);
        return script.hits > hits;
      }, what);
      await it.seen(id, place, what, ({ state, code }) => state === 'removing' && code !== null);
      expect(world.changes(), what).toBe(before);
    }
    expect((await it.desk.target(id, place)).state).toBe('removing');
    world.clearScripts();
    expect(await textAt(place, path)).toBe('v1');
    await it.desk.hurry(id);
    await it.desk.inState(id, place, 'removed');
    expect(await textAt(place, path)).toBeUndefined();
  });

  test.sequential('a write that was applied and not answered is there once (C1)', async () => {
    const place = it.at(name);
    const { world } = place;
    const usual = world.arrived('write');
    const { id: undisturbed } = await it.desk.made(`usual-${name}`, [place]);
    await syncedAt(undisturbed, place, 1);
    // The first request of a write, and the second of those vaults that need two.
    const moments = world.arrived('write') - usual > 1 ? [[], ['ok' as const]] : [[]];
    let number = 0;
    for (const step of APPLIED) {
      for (const before of moments) {
        const script = { when: requestsFor(world, 'write'), steps: [...before, step], count: before.length + 1 };
        const known = await storedTimes(place);
        world.script(script);
        const { id, path } = await it.desk.made(`applied-${name}-${++number}`, [place]);
        await syncedAt(id, place, 1);
        world.clearScripts();
        expect(await textAt(place, path)).toBe('v1');
        expect(await storedTimes(place), `${step} at a creation`).toBe(known + 1);
        world.script(script);
        await it.desk.write(id, 2);
        await syncedAt(id, place, 2);
        world.clearScripts();
        expect(await textAt(place, path)).toBe('v2');
        expect(await storedTimes(place), `${step} at an update`).toBe(known + 2);
      }
    }
  });

  test.sequential('a write that was not applied is sent again, and applied once (C1)', async () => {
    const place = it.at(name);
    const { world } = place;
    const { id, path } = await it.desk.made(`unapplied-${name}`, [place]);
    await syncedAt(id, place, 1);
    let version = 1;
    for (const step of NOT_APPLIED) {
      world.script({ when: requestsFor(world, 'write'), steps: step, count: 1 });
      await it.desk.write(id, ++version);
      await syncedAt(id, place, version);
      expect(await textAt(place, path)).toBe(`v${version}`);
    }
  });

  test.sequential('a vault that says "done" and stores nothing never makes a target synced (B11)', async () => {
    const place = it.at(name);
    const { world } = place;
    world.script({ when: requestsFor(world, 'write', 'label'), steps: 'refuse' });
    const { id, path } = await it.desk.made(`liar-${name}`, [place]);
    const failed = await it.seen(id, place, 'two attempts', ({ attempts }) => attempts > 1);
    expect(failed.observedVersion).toBeNull();
    expect(failed.state).not.toBe('synced');
    expect(failed.code).not.toBeNull();
    expect(await textAt(place, path)).toBeUndefined();
    world.clearScripts();
    await syncedAt(id, place, 1);
    expect(await textAt(place, path)).toBe('v1');

    world.script({ when: requestsFor(world, 'write', 'label'), steps: 'refuse' });
    await it.desk.write(id, 2);
    await it.seen(id, place, 'an attempt', ({ attempts }) => attempts > 0);
    expect(await it.desk.target(id, place)).toMatchObject({ observedVersion: 1 });
    expect(await textAt(place, path)).toBe('v1');
    world.clearScripts();
    await syncedAt(id, place, 2);
  });

  test.sequential('a removal that the vault only pretends is not taken for one (B11)', async () => {
    const place = it.at(name);
    const { world } = place;
    const { id, path } = await it.desk.made(`kept-${name}`, [place]);
    await syncedAt(id, place, 1);
    world.script({ when: requestsFor(world, 'remove'), steps: 'refuse' });
    await it.desk.call('POST', `/v1/secrets/${id}/destroy`);
    const seen = await it.seen(id, place, 'an attempt', ({ attempts }) => attempts > 0);
    expect(seen).toMatchObject({ state: 'removing', code: 'not_verified' });
    expect(await textAt(place, path)).toBe('v1');
    world.clearScripts();
    await it.desk.hurry(id);
    await it.desk.inState(id, place, 'removed');
    expect(await textAt(place, path)).toBeUndefined();
  });
});
