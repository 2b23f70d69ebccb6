import type { AdapterModule } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import { newId } from '../ports.ts';
import { assertNothingUnderWay } from './move-profile.ts';
import { claimedEntry } from './remote-entry.ts';
import { type NamingParts, remotePathOf } from './remote-naming.ts';

interface Copy extends NamingParts {
  readonly id: string;
  readonly organizationId: string;
  readonly secretId: string;
  readonly remotePath: string;
  /** We wrote there, or began to. */
  readonly touched: boolean;
}

interface Move extends Copy {
  readonly leftId: string;
  readonly to: string;
  readonly entry: string;
}

/**
 * The copies of a profile go where another naming template puts them: the new place is claimed and due, the old one stays
 * claimed and is remembered until `sync/left-entries.ts` has removed it, which it does only once the copy is proved at the new
 * place. What is on its way out and what is held of deleted secrets stays where it is. Lock the profile first.
 *
 * Throws `change_in_progress` while a change or an earlier move is open, `remote_path_taken` when somebody else holds a new place,
 * and `invalid_input` at `/naming` when the vault cannot hold it.
 */
export async function moveCopies(
  tx: Sql,
  profileId: string,
  module: AdapterModule,
  to: { readonly naming: string; readonly place: string; readonly attributes: unknown },
): Promise<void> {
  await assertNothingUnderWay(tx, profileId);
  const copies = await tx.query<Copy>(
    `select t.id, t.organization_id as "organizationId", t.secret_id as "secretId", t.remote_path as "remotePath",
       t.owned or t.claimed as touched, o.slug as organization, j.slug as project, s.path, s.name, s.type
     from targets t join secrets s on s.id = t.secret_id join projects j on j.id = s.project_id
     join organizations o on o.id = s.organization_id
     where t.profile_id = $1::uuid and t.state not in ('removing', 'removed') and t.code is distinct from 'secret_deleted'
     order by t.id for no key update of t`,
    [profileId],
  );
  const use = module.attributes.parse(to.attributes);
  const moves = copies.flatMap((copy): Move[] => {
    const path = remotePathOf(to.naming, copy);
    if (path === copy.remotePath) return [];
    return [{ ...copy, leftId: newId(), to: path, entry: entryOrRefusal(module, use, path) }];
  });
  if (moves.length === 0) return;
  const moving = JSON.stringify(moves);
  const taken = await tx.query(CLAIM, [profileId, to.place, moving]);
  if (taken.length !== moves.length) {
    throw new AppError('remote_path_taken', 'Somebody else holds entries at the new names.');
  }
  await tx.query(REMEMBER, [profileId, moving]);
  await tx.query(LET_GO, [profileId, moving]);
  await tx.query(TURN, [moving]);
}

const CLAIM = `insert into remote_entries (place, entry, path, secret_id, profile_id)
  select $2, m->>'entry', m->>'to', (m->>'secretId')::uuid, $1::uuid from jsonb_array_elements($3::jsonb) m
  on conflict do nothing returning path`;

const REMEMBER = `insert into left_entries (id, organization_id, secret_id, profile_id, target_id, path, remote_version,
    next_attempt_at)
  select (m->>'leftId')::uuid, t.organization_id, t.secret_id, $1::uuid, t.id, t.remote_path, t.remote_version,
    clock_timestamp()
  from jsonb_array_elements($2::jsonb) m join targets t on t.id = (m->>'id')::uuid where (m->>'touched')::boolean`;

/** Where nothing of ours ever was, nothing is left behind. */
const LET_GO = `delete from remote_entries r using jsonb_array_elements($2::jsonb) m
  where not (m->>'touched')::boolean and r.profile_id = $1::uuid and r.secret_id = (m->>'secretId')::uuid
    and r.path = m->>'remotePath'`;

const TURN = `update targets t set remote_path = m->>'to', owned = false, claimed = false, observed_version = null,
    remote_version = null, generation = generation + 1, lease_token = lease_token + 1, lease_until = null, state = 'pending',
    code = null, attempts = 0, updated_at = clock_timestamp(),
    next_attempt_at = case when desired_version is null then null else clock_timestamp() end,
    due_since = case when desired_version is null then null else clock_timestamp() end
  from jsonb_array_elements($1::jsonb) m where t.id = (m->>'id')::uuid`;

function entryOrRefusal(module: AdapterModule, attributes: unknown, path: string): string {
  try {
    return claimedEntry(module, attributes, path);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw invalidField('/naming', 'a template with which the vault can hold the secrets that are there');
  }
}
