import type { AdapterModule } from '../../adapters/adapter.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { claimedEntry } from './remote-entry.ts';
import { remotePathOf } from './remote-naming.ts';

/** A profile that is about to be saved, as far as its place goes. */
export interface ProfilePlace {
  readonly id: string;
  readonly organizationId: string;
  readonly place: string;
  readonly naming: string;
  readonly attributes: unknown;
}

/** Any secret would do: where this one lies tells where all of them do. */
const SAMPLE = { organization: 'o', project: 'p', customer: null, path: 'f', name: 'n', type: 't' };

/**
 * Throws `remote_path_taken` when another profile of the organization would put every secret into the very entries that this
 * one would, however vault, mount and prefix are spelled. What overlaps only for some secrets is refused when they are made.
 */
export async function assertPlaceOfItsOwn(tx: Sql, module: AdapterModule, profile: ProfilePlace): Promise<void> {
  // One after the other, so that two who save at once see each other.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))::text', [`profile place ${profile.place}`]);
  const others = await tx.query<{ name: string; naming: string; attributes: unknown }>(
    `select name, naming, attributes from vault_profiles
     where organization_id = $1::uuid and place = $2 and id <> $3::uuid order by name`,
    [profile.organizationId, profile.place, profile.id],
  );
  const mine = sampleEntry(module, profile);
  for (const other of others) {
    if (sampleEntry(module, other) !== mine) continue;
    throw new AppError('remote_path_taken', 'Another vault profile writes to the same entries.', {
      facts: { vaultProfile: other.name },
    });
  }
}

function sampleEntry(
  module: AdapterModule,
  { naming, attributes }: Pick<ProfilePlace, 'naming' | 'attributes'>,
): string {
  return claimedEntry(module, module.attributes.parse(attributes), remotePathOf(naming, SAMPLE));
}
