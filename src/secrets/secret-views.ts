import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { can } from '../access/permissions.ts';
import { type Secret, type SecretVersion, shownState } from './secret.ts';
import type { SecretView, VersionView } from './secret-schemas.ts';

/** A secret as clients see it. */
export function secretView(secret: Secret): SecretView {
  const { id, projectId, path, name, type, description, tags, attributes, enabled, sourceProfileId, sourcePath } =
    secret;
  return {
    id,
    projectId,
    path,
    name,
    type,
    description,
    tags: [...tags],
    attributes,
    state: shownState(secret),
    enabled,
    protected: secret.protected,
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
export function versionView(actor: Actor, projectId: string, version: SecretVersion): VersionView {
  return {
    version: version.version,
    state: version.state,
    description: version.description,
    fingerprint: can(actor, 'secret.read_value', projectId) ? version.fingerprint : null,
    fieldNames: [...version.fieldNames],
    facts: version.facts as Record<string, unknown>,
    vaultProfileId: version.profileId,
    vaultVersion: version.vaultVersion,
    changeRequestId: version.changeId,
    createdBy: actorView(version.createdBy),
    createdAt: version.createdAt.toISOString(),
  };
}
