import { eventually, must, type Scene } from '../support/scene.ts';
import { putForeign } from '../support/vault-entries.ts';

/** A copy in whose place an entry stands that is not ours. */
export interface Conflict {
  readonly secretId: string;
  readonly targetId: string;
  /** Where it stands, below the mount. */
  readonly path: string;
}

/** @param name of the secret; its only target is the scene's first */
export async function makeConflict(scene: Scene, name: string): Promise<Conflict> {
  const [place] = scene.targets;
  if (place === undefined) throw new Error('the scene has no target');
  const profile = must(await scene.admin('GET', '/v1/me'), 200).organization as { readonly slug: string };
  const path = `${profile.slug}/${scene.project.slug}/${name}`;
  await putForeign(place.vault, path, { value: 'somebody-elses-value' });
  const created = await scene.admin('POST', '/v1/secrets', {
    project: scene.project.slug,
    name,
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    targets: [{ profileId: place.profileId }],
    payload: { value: 'tK8-of-our-own-and-long-3wQ' },
  });
  const secretId = String(must(created, 201).secretId);
  const target = await eventually(async () => {
    const { items } = must(await scene.admin('GET', `/v1/secrets/${secretId}/targets`), 200) as {
      items: { id: string; state: string; remotePath: string }[];
    };
    return items.find(({ state }) => state === 'conflict');
  }, 'a conflict');
  return { secretId, targetId: target.id, path: target.remotePath };
}
