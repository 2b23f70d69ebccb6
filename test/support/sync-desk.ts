import { eventually, must } from './answers.ts';
import type { VaultEmulator } from './emulators/hashicorp-vault.ts';
import type { Scene } from './scene.ts';

/** A vault and the profile that leads there. */
export interface ProfilePlace {
  readonly vaultId: string;
  readonly profileId: string;
}

/** One place a secret can be: an emulated vault and the profile that leads there. */
export interface SecretPlace extends ProfilePlace {
  readonly vault: VaultEmulator;
}

/** What the desk needs of a scene. */
export interface DeskScene<Place extends ProfilePlace> extends Pick<Scene, 'admin' | 'broker'> {
  readonly source: ProfilePlace;
  readonly targets: readonly Place[];
}

/** A target as the API shows it. */
export interface TargetView {
  readonly id: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly writtenVersion: number | null;
  readonly nextScanAt: string | null;
}

export type SyncDesk = ReturnType<typeof syncDesk<SecretPlace>>;

/** What tests of sync do and look at, over the API. */
export function syncDesk<Place extends ProfilePlace>(scene: DeskScene<Place>) {
  const call = async (method: string, path: string, body?: unknown) =>
    must(await scene.admin(method, path, body), 200, 201, 202);

  const targets = async (secretId: string) =>
    (await call('GET', `/v1/secrets/${secretId}/targets`)).items as unknown as TargetView[];

  const target = async (secretId: string, place: ProfilePlace): Promise<TargetView> => {
    const found = (await targets(secretId)).find((item) => item.profileId === place.profileId);
    if (found === undefined) throw new Error('no target at this profile');
    return found;
  };

  return {
    call,
    targets,
    target,
    /** The place of the target with this number, from 0. */
    place(number: number): Place {
      const place = scene.targets[number];
      if (place === undefined) throw new Error('no such target');
      return place;
    },
    /** An api_key with the value "v1" at these places. */
    async made(
      name: string,
      at: readonly (ProfilePlace & { onConflict?: string })[],
      source: ProfilePlace = scene.source,
    ): Promise<{ id: string; path: string }> {
      const made = await call('POST', '/v1/secrets', {
        project: 'shop',
        name,
        type: 'api_key',
        sourceProfileId: source.profileId,
        targets: at.map(({ profileId, onConflict = 'fail' }) => ({ profileId, onConflict })),
        payload: { value: 'v1' },
      });
      const id = made.secretId as string;
      return { id, path: (await call('GET', `/v1/secrets/${id}`)).sourcePath as string };
    },
    /** Writes the value "v<version>". */
    async write(secretId: string, version: number): Promise<void> {
      await call('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: `v${version}` } });
    },
    async profile(place: ProfilePlace, what: 'enable' | 'disable'): Promise<void> {
      await call('POST', `/v1/vault-profiles/${place.profileId}/${what}`);
    },
    /** Everything that waits for a later attempt is due now. */
    async hurry(secretId: string): Promise<void> {
      await scene.broker.db.query(
        `update targets set next_attempt_at = clock_timestamp() where secret_id = $1::uuid and next_attempt_at is not null`,
        [secretId],
      );
    },
    /** Waits until the target is in a state, and answers with it. */
    inState(secretId: string, place: ProfilePlace, state: string): Promise<TargetView> {
      return eventually(async () => {
        const seen = await target(secretId, place);
        return seen.state === state ? seen : undefined;
      }, `target ${state}`);
    },
  };
}
