import type { AdapterModule } from '../../adapters/adapter.ts';
import type { Sql } from '../db.ts';
import { invalidField } from '../errors.ts';

/**
 * Throws `invalid_input` when the vault could not hold the newest content of a secret that the profile is source or target of,
 * were these its attributes.
 */
export async function assertContentFits(
  tx: Sql,
  profileId: string,
  module: AdapterModule,
  attributes: unknown,
): Promise<void> {
  const use = module.attributes.parse(attributes);
  const shapes = await tx.query<{ names: string[]; size: number }>(
    `select distinct v.field_names as names, v.size
     from secrets s join secret_versions v on v.secret_id = s.id and v.version = s.head_version
     where s.state <> 'destroyed' and v.state <> 'destroyed' and (s.source_profile_id = $1::uuid or exists
       (select 1 from targets t where t.secret_id = s.id and t.profile_id = $1::uuid and t.state not in ('removing', 'removed')))`,
    [profileId],
  );
  if (shapes.some((shape) => module.misfit(use, shape) !== undefined)) {
    throw invalidField('/attributes', 'attributes with which the vault can hold the secrets that are there');
  }
}
