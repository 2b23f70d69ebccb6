import { expect, test } from 'vitest';
import { driftDesk } from '../../support/drift-desk.ts';
import { eachKind, textAt, useFaultDesk } from '../../support/fault-desk.ts';
import type { MixedPlace } from '../../support/mixed-scene.ts';
import type { TargetView } from '../../support/sync-desk.ts';

/* What somebody does to a copy by hand, at every kind of vault, found by the scanner, the queue and the workers themselves. */
const it = useFaultDesk();
const drift = () => driftDesk(it.scene);

/** The interval of the copy ends, and somebody looks at it once more. */
async function lookedAt(id: string, place: MixedPlace): Promise<TargetView> {
  await drift().intervalIsOver(place.profileId);
  for (;;) {
    await drift().turnIsDue(place.profileId);
    const target = await it.desk.target(id, place);
    if (target.nextScanAt !== null && Date.parse(target.nextScanAt) > Date.now()) return target;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

eachKind(it, (name) => {
  const made = async (what: string, policy: string) => {
    const place = it.at(name);
    await drift().policy(place.profileId, { policy });
    const { id, path } = await it.desk.made(`${what}-${name}`, [place]);
    const { id: targetId } = await it.desk.inState(id, place, 'synced');
    return { place, id, path, targetId };
  };

  test.sequential('a copy that was edited by hand is shown as drifted, and held when the profile says so (B10)', async () => {
    const { place, id, path, targetId } = await made('held', 'alert');
    expect(await lookedAt(id, place)).toMatchObject({ state: 'synced', code: null });
    await place.foreign.write(path, 'value', 'by hand');
    const changes = place.world.changes();
    for (let look = 0; look < 2; look++) {
      const target = await lookedAt(id, place);
      expect(target).toMatchObject({ state: 'drifted', observedVersion: 1, nextAttemptAt: null });
      expect(target.code).toMatch(/^(content_changed|marker_missing)$/);
    }
    expect(place.world.changes()).toBe(changes);
    expect(await textAt(place, path)).toBe('by hand');
    const said = (await drift().events(targetId)).filter((action) => action !== 'target.synced');
    expect(said).toEqual(['target.drifted']);
  });

  test.sequential('a copy that was edited or removed by hand is repaired when the profile says so (B10)', async () => {
    const { place, id, path, targetId } = await made('repaired', 'repair');
    await place.foreign.write(path, 'value', 'by hand');
    expect(await lookedAt(id, place)).toMatchObject({ state: 'synced', code: null, observedVersion: 1 });
    expect(await textAt(place, path)).toBe('v1');
    const adapter = await place.adapter();
    await adapter.remove(path, { signal: AbortSignal.timeout(5_000), mode: 'permanent' });
    expect(await lookedAt(id, place)).toMatchObject({ state: 'synced', code: null, observedVersion: 1 });
    expect(await textAt(place, path)).toBe('v1');
    const said = (await drift().events(targetId)).filter((action) => action === 'target.repaired');
    expect(said).toHaveLength(2);
    await it.desk.write(id, 2);
    await it.seen(
      id,
      place,
      'the next version',
      ({ state, observedVersion }) => state === 'synced' && observedVersion === 2,
    );
    expect(await textAt(place, path)).toBe('v2');
  });
});
