import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { can, type SecretScope } from '../access/permissions.ts';
import { type Secret, type SecretVersion, shownState } from './secret.ts';
import type { SecretView, VersionView } from './secret-schemas.ts';

/** A secret as clients see it. */
export function secretView(secret: Secret): SecretView {
  const {
    id,
    projectId,
    customerId,
    systemOwner,
    path,
    name,
    type,
    description,
    tags,
    attributes,
    enabled,
    sourceProfileId,
    sourcePath,
  } = secret;
  return {
    id,
    projectId,
    customerId,
    systemOwner,
    path,
    name,
    type,
    description,
    tags: [...tags],
    attributes,
    state: shownState(secret),
    enabled,
    protected: secret.protected,
    writeOnly: secret.writeOnly,
    expiresAt: secret.expiresAt?.toISOString() ?? null,
    onExpiry: secret.expiresAt === null ? null : secret.onExpiry,
    sourceProfileId,
    sourcePath,
    latestVersion: secret.headVersion || null,
    latestEnabledVersion: secret.latestEnabled || null,
    pendingChangeId: secret.pendingChangeId,
    deletedAt: secret.deletedAt?.toISOString() ?? null,
    destroyAfter: secret.destroyAfter?.toISOString() ?? null,
    createdBy: actorView(secret.createdBy),
    updatedBy: actorView(secret.updatedBy),
    createdAt: secret.createdAt.toISOString(),
    updatedAt: secret.updatedAt.toISOString(),
  };
}

/** A version as this actor may see it: fingerprints would let those who cannot read values test guesses. */
export function versionView(actor: Actor, secret: SecretScope, version: SecretVersion): VersionView {
  return {
    version: version.version,
    state: version.state,
    description: version.description,
    fingerprint: !version.writeOnly && can(actor, 'secret.read_value', secret) ? version.fingerprint : null,
    fieldNames: [...version.fieldNames],
    facts: version.facts as Record<string, unknown>,
    vaultProfileId: version.profileId,
    vaultVersion: version.vaultVersion,
    writeOnly: version.writeOnly,
    ...lifetimeOf(version),
    changeRequestId: version.changeId,
    createdBy: actorView(version.createdBy),
    createdAt: version.createdAt.toISOString(),
  };
}

function lifetimeOf({ expiresAt, onExpiry, singleAccess, accessed }: SecretVersion) {
  const ends = expiresAt !== null || singleAccess;
  return { expiresAt: expiresAt?.toISOString() ?? null, onExpiry: ends ? onExpiry : null, singleAccess, accessed };
}
