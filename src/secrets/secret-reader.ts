import type { SecretFields } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { type AuditEntry, appendAuditAndCommit, lockAuditHead, recordAlone } from '../audit/audit-log.ts';
import { fingerprint, fingerprintKeyId } from '../crypto/fingerprint.ts';
import type { Db, Sql } from '../db.ts';
import { AppError, type AppErrorCode, notFound } from '../errors.ts';
import { createGather } from '../gather.ts';
import { toAppError } from '../vaults/vault-failure.ts';
import { assertAvailable } from './availability.ts';
import { endSingleAccess, returnSingleAccess, takeSingleAccess } from './lifetime-store.ts';
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

/** How a version is read. */
export interface ReadOptions {
  /** Recorded. */
  readonly purpose?: string;
  /** Only this field is handed out. */
  readonly field?: string | undefined;
  /** Why, as whoever reads it said. Recorded. */
  readonly reason?: string | undefined;
  /** Refuses a version that may be read once with `read_once`, so that it stays for whoever it is meant for. */
  readonly leaveReadOnce?: boolean;
}

export type SecretReader = ReturnType<typeof createSecretReader>;

/** What reading a value can be refused with in a route, beside the state of the secret, which templates take for absence. */
export const READ_ERRORS = [
  'forbidden',
  'not_found',
  'secret_disabled',
  'version_disabled',
  'write_only',
  'reason_required',
  'expired',
  'profile_disabled',
  'version_content_unavailable',
  'content_drifted',
  'vault_denied',
  'vault_busy',
  'vault_unavailable',
  'unavailable',
] as const satisfies readonly AppErrorCode[];

/** Reads values. The audit event is committed before the vault is asked: no record, no value. */
export function createSecretReader(deps: { readonly db: Db; readonly tools: OperationTools }) {
  const { db, tools } = deps;

  /** Reads at the same time are recorded with one commit, because commits of one organization wait for each other. */
  const gather = createGather<AuditEntry>(MOST_RECORDED, (_organization, entries) =>
    recordAlone(db, tools.keyring, entries),
  );

  const record = (actor: Actor, secret: Secret, event: ReadEvent): Promise<void> =>
    gather(actor.organizationId, {
      subject: actor,
      event: { ...event, objectType: 'secret', objectId: secret.id },
    });

  const read = async (
    actor: Actor,
    context: SecretContext,
    version: SecretVersion,
    { purpose = 'content', field, reason, leaveReadOnce = false }: ReadOptions,
  ) => {
    const { secret } = context;
    if (leaveReadOnce && version.singleAccess) throw leftAlone();
    assertReadable(context, version);
    const event = { action: 'secret.read', details: { version: version.version, purpose, field, reason } } as const;
    if (version.singleAccess) return readOnce(actor, context, version, event);
    await record(actor, secret, event);
    return proved(actor, context, version);
  };

  /** The content, if it is what was written. */
  const proved = async (actor: Actor, context: SecretContext, version: SecretVersion): Promise<SecretFields> => {
    const { secret } = context;
    const fields = await readFromSource(tools, context, version);
    const keyId = fingerprintKeyId(version.fingerprint);
    if (fingerprint(tools.keyring, secret, canonicalBytes(fields), keyId) === version.fingerprint) return fields;
    await record(actor, secret, { action: 'secret.drift_seen', details: { version: version.version } });
    throw new AppError('content_drifted', 'The vault holds other content than was approved; it is not handed out.', {
      facts: { version: version.version },
    });
  };

  /**
   * Of everybody who comes for it one gets it: the claim and its record commit before the vault is asked. Whoever is killed in
   * between has lost it. It is given back only by one who did not get the value.
   */
  const readOnce = async (actor: Actor, context: SecretContext, version: SecretVersion, event: ReadEvent) => {
    const { secret } = context;
    const entry = { ...event, objectType: 'secret', objectId: secret.id };
    await db.transaction(async (tx) => {
      if (!(await takeSingleAccess(tx, secret.id, version.version))) throw alreadyRead();
      const head = await lockAuditHead(tx, secret.organizationId);
      await appendAuditAndCommit(tx, tools.keyring, actor, head, [entry]);
    });
    await tools.failpoint('read.after-claim');
    let fields: SecretFields;
    try {
      fields = await proved(actor, context, version);
    } catch (error) {
      await db.transaction(async (tx) => {
        await returnSingleAccess(tx, secret.id, version.version);
        const head = await lockAuditHead(tx, secret.organizationId);
        await appendAuditAndCommit(tx, tools.keyring, actor, head, [{ ...entry, action: 'secret.read_failed' }]);
      });
      throw error;
    }
    await endSingleAccess(db, secret.id, version.version);
    return fields;
  };

  return {
    /**
     * One version's content. Throws `version_content_unavailable` when the vault keeps no history and the version is not
     * the newest, `content_drifted` when the vault holds something else than what was written, and `not_found` for a field that
     * the version does not have; `reason_required` when the project asks people why and nothing was said.
     */
    async content(
      actor: Actor,
      ref: SecretRef,
      selector: VersionSelector,
      options: ReadOptions = {},
    ): Promise<Content> {
      const context = await findSecretContext(db, actor.organizationId, ref);
      if (context === undefined) throw notFound('secret');
      authorize(actor, 'secret.read_value', context.secret);
      if (context.reasonRequired && actor.type === 'person' && options.reason === undefined) throw reasonRequired();
      const version = endedHead(context, selector) ?? (await resolveVersion(db, context, selector));
      const { field } = options;
      if (field !== undefined && !version.fieldNames.includes(field)) throw notFound('field');
      const fields = await read(actor, context, version, options);
      return { context, version, fields: field === undefined ? fields : onlyField(fields, field) };
    },

    /** Content of an older version that is to become a new one. Recorded like any read. */
    async contentForRollback(actor: Actor, context: SecretContext, version: SecretVersion): Promise<SecretFields> {
      return read(actor, context, version, { purpose: 'rollback' });
    },
  };
}

const MOST_RECORDED = 100;

type ReadEvent = Pick<AuditEventInput, 'action' | 'details'>;

function alreadyRead(): AppError {
  return new AppError('expired', 'The version could be read once, and was.');
}

function leftAlone(): AppError {
  return new AppError('read_once', 'The version may be read once, and was left to whoever it is meant for.');
}

function reasonRequired(): AppError {
  return new AppError('reason_required', 'The project asks people why they read a value: give a `reason`.', {
    fields: [{ pointer: '/reason', expected: 'why the value is read, in at least 5 characters' }],
  });
}

function onlyField(fields: SecretFields, name: string): SecretFields {
  return new Map([...fields].filter(([each]) => each === name));
}

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

/**
 * What ended by itself is disabled soon after. Whoever asks for what is enabled then hears of the end, as before, and not that there
 * is no such version.
 */
function endedHead({ secret, head }: SecretContext, selector: VersionSelector): SecretVersion | undefined {
  const none = selector === 'latest_enabled' && secret.latestEnabled === 0;
  return none && (head?.expired || head?.accessed) ? head : undefined;
}

/** Throws when nobody may read this version now, whoever asks. */
export function assertReadable({ secret, profile }: SecretContext, version: SecretVersion): void {
  if (secret.state !== 'active') {
    throw new AppError('invalid_transition', `The secret is ${secret.state}.`, { facts: { state: secret.state } });
  }
  if (version.writeOnly) throw new AppError('write_only', 'This is write-only: its value is handed out to nobody.');
  if (secret.expired || version.expired) throw new AppError('expired', 'Its time is over.');
  if (version.accessed) throw alreadyRead();
  if (version.state === 'destroyed') throw contentUnavailable('The version was destroyed.');
  assertAvailable('read', {
    profile: profile.enabled,
    secret: secret.enabled,
    version: version.state === 'enabled',
  });
  if (version.leftBehind) throw contentUnavailable('The version was written under an earlier name.');
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
