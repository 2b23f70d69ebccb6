import type { Capabilities, Entry } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import { authorize, can } from '../access/permissions.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import { AppError, notFound } from '../errors.ts';
import { assertRoomForVersion } from '../projects/quota-store.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import { assertAvailable } from './availability.ts';
import { checkContent } from './content-plan.ts';
import type { ContentService } from './content-service.ts';
import type { OperationTools } from './operations/operation.ts';
import { markedVersion } from './ownership.ts';
import type { MutationResult, Proposals } from './proposals.ts';
import { findProfileFacts, type ProfileFacts } from './secret-store.ts';
import { vaultRefOf } from './vault-ref.ts';
import { numberAbove } from './version-numbers.ts';

export interface OutsideServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
  readonly contents: ContentService;
}

export type OutsideService = ReturnType<typeof createOutsideService>;

/**
 * Content that a vault holds and that no version here has: written by somebody else, or by us and forgotten when the database was
 * restored from a backup. Accepting it is a change like any other. The value is shown to nobody.
 */
export function createOutsideService(deps: OutsideServiceDeps) {
  const { tools, contents } = deps;
  const { db, keyring } = tools;
  const { target, propose, once } = deps.proposals;

  const readAt = async (profile: ProfileFacts, path: string): Promise<{ entry: Entry; capabilities: Capabilities }> => {
    if (!profile.enabled) throw new AppError('profile_disabled', 'The vault profile is disabled.');
    try {
      const vault = await tools.vaults.open(vaultRefOf(profile));
      return { entry: await vault.read(path), capabilities: vault.capabilities };
    } catch (error) {
      throw error instanceof VaultError ? toAppError(error) : error;
    }
  };

  return {
    /** What is at the source now becomes the next version, where it lies. Throws `invalid_transition` when it is the newest. */
    acceptSource: once(async (actor, ref, options): Promise<MutationResult> => {
      const context = await target(actor, ref, 'accept_source', options);
      const { secret, profile, head, nextVersion } = context;
      assertAvailable('write', { profile: profile.enabled, secret: secret.enabled, version: true });
      if (head === null)
        throw new AppError('invalid_transition', 'A secret without a version has nothing to compare with.');
      const { entry, capabilities } = await readAt(profile, secret.sourcePath);
      const { plan: content, canonical } = await checkContent(keyring, secret, entry.fields, {
        uses: context.uses,
        description: 'found at the source',
        texts: { '/comment': options.comment },
        author: { gave: false, reads: can(actor, 'secret.read_value', secret.projectId) },
      });
      const same = fingerprint(keyring, secret, canonical, fingerprintKeyId(head.fingerprint)) === head.fingerprint;
      if (same && entry.version === head.vaultVersion) {
        throw new AppError('invalid_transition', 'The source holds what was written there last.');
      }
      await assertRoomForVersion(db, secret.id);
      const marked = markedVersion(entry.labels);
      const version = numberAbove({ head, nextVersion, vaultVersion: entry.version, marked, capabilities });
      return propose(actor, context, 'accept_source', { content, vaultVersion: entry.version, version }, options);
    }),

    /** What is at a drifted target becomes the next version, and goes to the source and every other target. */
    acceptTarget: once(async (actor, ref, options, targetId: string): Promise<MutationResult> => {
      const context = await target(actor, ref, 'update', options);
      const { secret } = context;
      authorize(actor, 'secret.sync', secret);
      const [row] = await db.query<{ profileId: string; remotePath: string; state: string }>(
        `select profile_id as "profileId", remote_path as "remotePath", state from targets
         where id = $1::uuid and secret_id = $2::uuid and state <> 'removed'`,
        [targetId, secret.id],
      );
      const profile = row && (await findProfileFacts(db, actor.organizationId, row.profileId));
      if (row === undefined || profile === undefined) throw notFound('target');
      if (row.state !== 'drifted') {
        throw new AppError('invalid_transition', `The target is ${row.state}; there is nothing to accept.`, {
          facts: { state: row.state },
        });
      }
      const { entry } = await readAt(profile, row.remotePath);
      return contents.update(actor, ref, options, {
        fields: entry.fields,
        description: `found at ${profile.name}`,
        unseen: true,
      });
    }),
  };
}
