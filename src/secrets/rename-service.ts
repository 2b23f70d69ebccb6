import { AppError } from '../errors.ts';
import { consumerGuard } from './consumer-guard.ts';
import type { OperationTools } from './operations/operation.ts';
import { lockProfiles } from './place-store.ts';
import type { MutationResult, Proposals } from './proposals.ts';
import { claimRemoteEntries } from './remote-claims.ts';
import { assertNameFree, assertSettled, claimsOfRename, hasSameCopies, planRename } from './rename-plan.ts';
import { parseSecretName } from './secret-name.ts';

export interface RenameServiceDeps {
  readonly tools: OperationTools;
  readonly proposals: Proposals;
}

export type RenameService = ReturnType<typeof createRenameService>;

/** Another name or folder for a secret. Its entries move with it: made and proved at the new name before the old ones go. */
export function createRenameService(deps: RenameServiceDeps) {
  const { db } = deps.tools;
  const { target, propose, once } = deps.proposals;

  return {
    /**
     * What is left out stays. Throws `in_use` while consumers that were not confirmed read it by name, `already_exists` when the
     * name is taken, `remote_path_taken` when a vault place is, and `change_in_progress` while an earlier move is under way.
     */
    rename: once(
      async (
        actor,
        ref,
        options,
        { name, path }: { readonly name?: string | undefined; readonly path?: string | undefined },
      ): Promise<MutationResult> => {
        const context = await target(actor, ref, 'rename', options);
        const { secret, head } = context;
        const to = { name: name ?? secret.name, path: path ?? secret.path };
        if (to.name === secret.name && to.path === secret.path) {
          throw new AppError('invalid_transition', 'That is what the secret is called.');
        }
        if (head !== null && head.profileId !== secret.sourceProfileId) {
          throw new AppError('version_content_unavailable', 'The newest version cannot be read from its source.');
        }
        const { plan, places } = await planRename(db, context, to);
        const guard = await consumerGuard(db, context, { operation: 'rename' }, options.confirm);
        parseSecretName(to.name, { plainIdentifiers: places[0]?.plainIdentifiers === true });
        return propose(actor, context, 'rename', { ...plan, ...guard.confirmed }, options, {
          async prepare(tx) {
            await lockProfiles(
              tx,
              places.map(({ profile }) => profile),
            );
            await guard.prepare(tx);
            if (!(await hasSameCopies(tx, context, plan))) {
              throw new AppError('revision_conflict', 'The targets of the secret have just changed; look again.');
            }
            await assertSettled(tx, secret.id);
            await assertNameFree(tx, context, to);
            const held = { profileId: secret.sourceProfileId, sourcePath: secret.sourcePath };
            await claimRemoteEntries(tx, secret.id, claimsOfRename(plan, held));
          },
        });
      },
    ),
  };
}
