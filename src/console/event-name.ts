import type { AuditEvent } from '../client/api-types.ts';
import { type RoleName, roleLabel } from './role-words.ts';
import { verbOf } from './words.ts';

type Details = AuditEvent['details'];

/**
 * What the details of an event say that it is about; undefined: nothing. `nameOf` knows people, groups, machines and projects
 * by their ids, `profileOf` vault profiles.
 */
export function eventName(
  { objectType, details }: Pick<AuditEvent, 'objectType' | 'details'>,
  nameOf: (id: string) => string | undefined,
  profileOf: (id: unknown) => string | undefined,
): string | undefined {
  const { role, subjectId, profileId, version } = details;
  if (objectType === 'target') return copyAt(profileOf(profileId), version);
  if (typeof role !== 'string' || typeof subjectId !== 'string') return nameIn(details);
  return `${roleLabel(role as RoleName)} for ${nameOf(subjectId) ?? 'somebody'}`;
}

/** A copy has no name: where it lies. */
function copyAt(place: string | undefined, version: unknown): string | undefined {
  if (place === undefined) return undefined;
  return typeof version === 'number' ? `version ${version} at ${place}` : `at ${place}`;
}

/** What the event itself calls its object. */
function nameIn({ name, slug, path, operation }: Details): string | undefined {
  const text = [name, slug, path].find((each) => typeof each === 'string' && each !== '');
  if (typeof text === 'string') return text;
  return typeof operation === 'string' ? `(${verbOf(operation).toLowerCase()})` : undefined;
}
