import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { type AuditEntry, recordAlone } from '../audit/audit-log.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import type { Db, Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { createGather } from '../gather.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import type { OperationTools } from './operations/operation.ts';
import { canonicalBytes } from './payload/canonical-bytes.ts';
import type { Secret, SecretVersion } from './secret.ts';
import { findSecretContext, findVersion, type SecretContext, type SecretRef } from './secret-store.ts';
import { vaultRefOf } from './vault-ref.ts';

/** `latest`: the newest. `latest_enabled`: the newest that is enabled. */
export type VersionSelector = number | 'latest' | 'latest_enabled';

export interface Content {
  readonly context: SecretContext;
  /** The version the selector came out at. */
  readonly version: SecretVersion;
  readonly fields: SecretFields;
}

export type SecretReader = ReturnType<typeof createSecretReader>;

/** Reads values. The audit event is committed before the vault is asked: no record, no value. */
export function createSecretReader(deps: { readonly db: Db; readonly tools: OperationTools }) {
  const { db, tools } = deps;

  /** Reads at the same time are recorded with one commit, because commits of one organization wait for each other. */
  const gather = createGather<AuditEntry>(MOST_RECORDED, (_organization, entries) =>
    recordAlone(db, tools.keyring, entries),
  );

  const record = (actor: Actor, secret: Secret, event: Pick<AuditEventInput, 'action' | 'details'>): Promise<void> =>
    gather(actor.organizationId, {
      subject: actor,
      event: { ...event, objectType: 'secret', objectId: secret.id },
    });

  const read = async (actor: Actor, context: SecretContext, version: SecretVersion, purpose: string) => {
    const { secret } = context;
    assertReadable(context, version);
    await record(actor, secret, { action: 'secret.read', details: { version: version.version, purpose } });
    const fields = await readFromSource(tools, context, version);
    const keyId = fingerprintKeyId(version.fingerprint);
    if (fingerprint(tools.keyring, secret, canonicalBytes(fields), keyId) === version.fingerprint) return fields;
    await record(actor, secret, { action: 'secret.drift_seen', details: { version: version.version } });
    throw new AppError('content_drifted', 'The vault holds other content than was approved; it is not handed out.', {
      facts: { version: version.version },
    });
  };

  return {
    /**
     * One version's content. Throws `version_content_unavailable` when the vault keeps no history and the version is not
     * the newest, `content_drifted` when the vault holds something else than what was written. `purpose` is recorded.
     */
    async content(actor: Actor, ref: SecretRef, selector: VersionSelector, purpose = 'content'): Promise<Content> {
      const context = await findSecretContext(db, actor.organizationId, ref);
      if (context === undefined) throw notFound('secret');
      authorize(actor, 'secret.read_value', context.secret.projectId);
      const version = await resolveVersion(db, context, selector);
      return { context, version, fields: await read(actor, context, version, purpose) };
    },

    /** Content of an older version that is to become a new one. Recorded like any read. */
    async contentForRollback(actor: Actor, context: SecretContext, version: SecretVersion): Promise<SecretFields> {
      return read(actor, context, version, 'rollback');
    },
  };
}

const MOST_RECORDED = 100;

/** The version a selector names. Throws `not_found`. */
export async function resolveVersion(
  db: Sql,
  { secret, head }: Pick<SecretContext, 'secret' | 'head'>,
  selector: VersionSelector,
): Promise<SecretVersion> {
  const number =
    selector === 'latest' ? secret.headVersion : selector === 'latest_enabled' ? secret.latestEnabled : selector;
  const version = head?.version === number ? head : await findVersion(db, secret.id, number);
  if (version === undefined) throw notFound('version');
  return version;
}

/** Throws when nobody may read this version now, whoever asks. */
export function assertReadable({ secret, profile }: SecretContext, version: SecretVersion): void {
  if (secret.state !== 'active') {
    throw new AppError('invalid_transition', `The secret is ${secret.state}.`, { facts: { state: secret.state } });
  }
  if (!secret.enabled) throw new AppError('secret_disabled', 'The secret is disabled.');
  if (version.state === 'disabled') throw new AppError('version_disabled', 'The version is disabled.');
  if (version.state === 'destroyed') throw contentUnavailable('The version was destroyed.');
  if (!profile.enabled) throw new AppError('profile_disabled', 'The vault profile of the secret is disabled.');
  if (version.profileId !== profile.id) throw contentUnavailable('The version was written through an earlier source.');
}

/** The content of a version from the source vault, not yet compared with anything. Throws `AppError`s. */
async function readFromSource(
  tools: OperationTools,
  context: SecretContext,
  version: SecretVersion,
): Promise<SecretFields> {
  const { secret, profile } = context;
  try {
    const vault = await tools.vaults.open(vaultRefOf(profile));
    if (vault.capabilities.versions) {
      return (await vault.read(secret.sourcePath, { version: version.vaultVersion })).fields;
    }
    if (version.version !== secret.headVersion) throw contentUnavailable('The vault keeps only the newest version.');
    return (await vault.read(secret.sourcePath)).fields;
  } catch (error) {
    if (error instanceof VaultError) throw toAppError(error);
    throw error;
  }
}

function contentUnavailable(message: string): AppError {
  return new AppError('version_content_unavailable', message);
}
