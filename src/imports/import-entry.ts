import type { Entry } from '../../adapters/adapter.ts';
import { isUniqueViolation } from '../db.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ports.ts';
import type { ChangeOpener } from '../secrets/change-opener.ts';
import { checkContent } from '../secrets/content-plan.ts';
import type { OperationTools } from '../secrets/operations/operation.ts';
import { markedSecret } from '../secrets/ownership.ts';
import type { Place } from '../secrets/place-store.ts';
import { parseSecretName } from '../secrets/secret-name.ts';
import { vaultRefOf } from '../secrets/vault-ref.ts';
import { guessType, impossibleTypes, refusalOf } from './guess-type.ts';
import type { DueItem, ItemEnd } from './import.ts';
import { endItem } from './import-item-store.ts';
import { isNameTaken, isSecretOf, obstacleAt } from './import-world-store.ts';
import { failureOfItem, type Later } from './item-failure.ts';
import { type ImportWork, type LocatedItem, Overtaken, openImportChange, type Taken } from './open-import-change.ts';
import { proposeNames, type SecretPlaceName } from './propose-name.ts';

/** How an item came out. `done`: its row says so already. */
export type ItemOutcome = ItemEnd | Later | { readonly state: 'done' };

export interface ImportEntryDeps {
  readonly tools: OperationTools;
  readonly opener: ChangeOpener;
}

export type ImportEntry = ReturnType<typeof createImportEntry>;

/**
 * Imports one entry: reads it, finds type and name, and opens the change that makes it a secret; a preview only says so. The read
 * was recorded before. Throws what is neither the vault's nor the content's fault.
 */
export function createImportEntry(deps: ImportEntryDeps) {
  const { tools } = deps;
  const { db } = tools;

  const look = async ({ place: { profile } }: ImportWork, item: LocatedItem): Promise<Entry | Later> => {
    const obstacle = await obstacleAt(db, profile.id);
    if (obstacle !== undefined) return rest(obstacle, OBSTACLE_REST_MS);
    const vault = await tools.vaults.open(vaultRefOf(profile));
    return vault.read(item.entry);
  };

  /** The marker of somebody else stays respected: only that of a secret here which gave the entry up is replaced. */
  const isForeign = async ({ job }: ImportWork, entry: Entry): Promise<boolean> => {
    const marked = markedSecret(entry.labels);
    if (marked === undefined) return false;
    return !job.marker || !(await isSecretOf(db, job.organizationId, marked));
  };

  const take = async (work: ImportWork, item: LocatedItem, entry: Entry): Promise<Taken | ItemEnd> => {
    const guess = item.wantedType === null ? guessType(entry.fields) : { type: item.wantedType, because: 'asked for' };
    if (guess === undefined) {
      const expected = refusalOf('key_value', entry.fields);
      return { state: 'failed', code: 'no_type_fits', ...(expected === undefined ? {} : { found: { expected } }) };
    }
    const secretId = newId();
    const secret = { id: secretId, organizationId: work.job.organizationId, type: guess.type };
    try {
      const uses = [work.place.profile];
      const content = await checkContent(tools.keyring, secret, entry.fields, {
        uses,
        description: 'imported',
        texts: {},
        author: { gave: false, reads: false },
      });
      const { fieldNames, facts } = content.plan;
      const cannotBe = work.job.preview ? { cannotBe: impossibleTypes(entry.fields) } : {};
      const found = { because: guess.because, fieldNames, facts, ...cannotBe };
      return { secretId, entry, type: guess.type, content, found };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const code = error.code === 'invalid_input' ? 'invalid_content' : error.code;
      const expected = refusalOf(guess.type, entry.fields) ?? error.message;
      return { state: 'failed', code, type: guess.type, found: { because: guess.because, expected } };
    }
  };

  /** Takes the first name that is free, for a preview or for good. */
  const settle = async (work: ImportWork, item: LocatedItem, taken: Taken): Promise<ItemOutcome> => {
    for (const name of namesFor(item, work.place)) {
      if (await isNameTaken(db, work.job, name)) continue;
      try {
        if (work.job.preview) {
          const { type, found } = taken;
          await endItem(db, work.job.id, item.position, { state: 'ready', ...name, type, found });
        } else await openImportChange(deps, work, item, taken, name);
        return { state: 'done' };
      } catch (error) {
        if (isUniqueViolation(error, 'secrets_live_name') || isUniqueViolation(error, 'import_items_name')) continue;
        throw error;
      }
    }
    return collision(work, 'already_exists');
  };

  return async (work: ImportWork, item: LocatedItem): Promise<ItemOutcome> => {
    try {
      const entry = await look(work, item);
      if ('state' in entry) return entry;
      if (await isForeign(work, entry)) return { state: 'failed', code: 'marked_by_other' };
      const taken = await take(work, item, entry);
      return 'state' in taken ? taken : await settle(work, item, taken);
    } catch (error) {
      if (error instanceof Overtaken) return { state: 'done' };
      if (!(error instanceof AppError)) return failureOfItem(error, item.attempts);
      if (error.code === 'remote_path_taken') return collision(work, error.code);
      if (error.code === 'revision_conflict') return rest(error.code, 0);
      if (error.code === 'invalid_input') return { state: 'failed', code: 'invalid_name' };
      throw error;
    }
  };
}

const OBSTACLE_REST_MS = 5_000;

/** A name or an entry is somebody else's. */
export function collision({ job }: Pick<ImportWork, 'job'>, code: string): ItemEnd {
  return { state: job.onCollision === 'skip' ? 'skipped' : 'failed', code };
}

function rest(code: string, afterMs: number): Later {
  return { state: 'later', code, afterMs, attempt: false };
}

/** A name that was asked for is that or none. */
function namesFor(item: DueItem, place: Place): readonly SecretPlaceName[] {
  const { plainIdentifiers, profile, naming } = place;
  const [first, second] = proposeNames(item.entry, {
    ...naming,
    place: profile.place,
    naming: profile.naming,
    plainIdentifiers,
  });
  const path = item.wantedPath ?? first.path;
  if (item.wantedName !== null) return [{ path, name: parseSecretName(item.wantedName, { plainIdentifiers }) }];
  return [
    { path, name: first.name },
    { path, name: second.name },
  ];
}
