import type { AdapterModule } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Sql } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import { newId } from '../ports.ts';
import { assertNothingUnderWay } from './move-profile.ts';
import { claimedEntry } from './remote-entry.ts';
import { type NamingParts, remotePathOf } from './remote-naming.ts';
import { turnCopies } from './turn-copies.ts';

interface Copy extends NamingParts {
  readonly id: string;
  readonly organizationId: string;
  readonly secretId: string;
  readonly remotePath: string;
}

interface Move extends Copy {
  readonly targetId: string;
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
       o.slug as organization, j.slug as project,
       (select k.slug from customers k where k.id = s.customer_id) as customer, s.path, s.name, s.type
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
    return [{ ...copy, targetId: copy.id, leftId: newId(), to: path, entry: entryOrRefusal(module, use, path) }];
  });
  if (moves.length === 0) return;
  const moving = JSON.stringify(moves);
  const taken = await tx.query(CLAIM, [profileId, to.place, moving]);
  if (taken.length !== moves.length) {
    throw new AppError('remote_path_taken', 'Somebody else holds entries at the new names.');
  }
  await turnCopies(tx, moves);
}

const CLAIM = `insert into remote_entries (place, entry, path, secret_id, profile_id)
  select $2, m->>'entry', m->>'to', (m->>'secretId')::uuid, $1::uuid from jsonb_array_elements($3::jsonb) m
  on conflict do nothing returning path`;

function entryOrRefusal(module: AdapterModule, attributes: unknown, path: string): string {
  try {
    return claimedEntry(module, attributes, path);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw invalidField('/naming', 'a template with which the vault can hold the secrets that are there');
  }
}
