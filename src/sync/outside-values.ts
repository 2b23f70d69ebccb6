import type { SecretFields } from '../../adapters/secret-value.ts';
import type { Actor, ActorRef } from '../access/actor.ts';
import { fingerprint } from '../crypto/fingerprint.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { AppError, type AppErrorCode } from '../errors.ts';
import type { ContentService } from '../secrets/content-service.ts';
import { canonicalBytes } from '../secrets/payload/canonical-bytes.ts';
import { noteRefusal, wasRefused } from './drift-store.ts';
import type { ClaimedTarget, RunProfile } from './target-store.ts';

/** Contents that somebody put in the place of a copy of ours. */
export interface OutsideValues {
  /**
   * Proposes such a content as the next version of the secret, in the name of whoever chose that for the profile: through the
   * one door, so its policies decide. Does nothing while another change is open, and never again once a proposal of the same
   * content was rejected or withdrawn.
   */
  propose(target: ClaimedTarget, fields: SecretFields, profile: RunProfile): Promise<void>;
}

export interface OutsideValuesDeps {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly contents: ContentService;
  /** The actor with the rights held now; undefined when it may not act any more. */
  readonly currentActor: (db: Sql, organizationId: string, ref: ActorRef) => Promise<Actor | undefined>;
}

/** What stands in the way and is said at the target; for everything else the next look is soon enough. */
const NOTED: Partial<Record<AppErrorCode, string>> = {
  invalid_input: 'outside_invalid',
  payload_too_large: 'outside_too_large',
  forbidden: 'outside_not_allowed',
};

export function createOutsideValues({ db, keyring, contents, currentActor }: OutsideValuesDeps): OutsideValues {
  return {
    async propose(target, fields, profile) {
      const { organizationId, secretId, desiredVersion } = target;
      const { setBy } = profile.drift;
      const actor = setBy === null ? undefined : await currentActor(db, organizationId, setBy);
      if (actor === undefined) return noteRefusal(db, target.id, 'outside_not_allowed');
      const secret = { id: secretId, organizationId, type: target.secretType };
      const canonical = canonicalBytes(fields);
      const fingerprints = keyring.keyIds.map((keyId) => fingerprint(keyring, secret, canonical, keyId));
      if (desiredVersion === null || (await wasRefused(db, secretId, fingerprints))) return;
      const options = {
        idempotency: undefined,
        comment: `Found at the vault profile ${profile.name}, where somebody put it in the place of version ${desiredVersion}.`,
        expectedVersion: desiredVersion,
      };
      try {
        const input = { fields, description: `found at ${profile.name}`, unseen: true };
        await contents.update(actor, { id: secretId }, options, input);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const code = NOTED[error.code];
        if (code !== undefined) await noteRefusal(db, target.id, code);
      }
    },
  };
}
