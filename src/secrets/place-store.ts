import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { PROFILE_JSON, type ProfileFacts } from './secret-store.ts';

/** A project and a vault profile, with what naming an entry there takes. */
export interface Place {
  readonly projectId: string;
  readonly plainIdentifiers: boolean;
  readonly profile: ProfileFacts;
  readonly customerId: string | null;
  readonly naming: { readonly organization: string; readonly project: string; readonly customer: string | null };
}

interface PlaceRow {
  projectId: string;
  plainIdentifiers: boolean;
  organization: string;
  project: string;
  customer: { id: string; slug: string } | null;
  profile: ProfileFacts | null;
}

/** Looks all up in the organization. `project` and `customer` are ids or slugs; null: no customer. */
export async function findPlace(
  db: Sql,
  organizationId: string,
  project: string,
  profileId: string,
  customer: string | null,
): Promise<Place | 'no project' | 'no profile' | 'no customer'> {
  const [row] = await db.query<PlaceRow>(
    `select j.id as "projectId", j.plain_identifiers as "plainIdentifiers", o.slug as organization, j.slug as project,
       (select ${PROFILE_JSON} from vault_profiles p join vaults w on w.id = p.vault_id
        where p.organization_id = $1::uuid and p.id = $3::uuid) as profile,
       (select jsonb_build_object('id', k.id, 'slug', k.slug) from customers k
        where k.project_id = j.id and (k.id::text = $4 or k.slug = $4)) as customer
     from projects j join organizations o on o.id = j.organization_id
     where j.organization_id = $1::uuid and (j.id::text = $2 or j.slug = $2)`,
    [organizationId, project, profileId, customer],
  );
  if (row === undefined) return 'no project';
  if (row.profile === null) return 'no profile';
  if (customer !== null && row.customer === null) return 'no customer';
  const { projectId, plainIdentifiers, organization, profile } = row;
  const naming = { organization, project: row.project, customer: row.customer?.slug ?? null };
  return { projectId, plainIdentifiers, profile, customerId: row.customer?.id ?? null, naming };
}

/** Keeps profiles from being changed until the transaction ends. Throws `revision_conflict` when one just was. */
export async function lockProfiles(tx: Sql, profiles: readonly ProfileFacts[]): Promise<void> {
  const rows = await tx.query<{ id: string; revision: number }>(
    'select id, revision from vault_profiles where id = any($1::uuid[]) order by id for share',
    [profiles.map((profile) => profile.id)],
  );
  const now = new Map(rows.map((row) => [row.id, row.revision]));
  if (profiles.some((profile) => now.get(profile.id) !== profile.revision)) {
    throw new AppError('revision_conflict', 'A vault profile has just changed; look again.');
  }
}

interface KeptProfile {
  readonly revision: number;
  readonly enabled: boolean;
}

/** Keeps profiles from being edited or moved until the transaction ends; copies are carried there all the same. */
export function keepProfiles(tx: Sql, ids: readonly string[]): Promise<KeptProfile[]> {
  return tx.query<KeptProfile>(
    'select revision, enabled from vault_profiles where id = any($1::uuid[]) order by id for key share',
    [ids],
  );
}
