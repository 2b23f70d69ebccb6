import type { Body } from '../../../client/api.ts';
import type { Project } from '../../../client/api-types.ts';

/** A project that is being written. */
export interface ProjectDraft {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly writeOnly: boolean;
  readonly reasonRequired: boolean;
  readonly plainIdentifiers: boolean;
  readonly maxSecrets: number | null;
  readonly maxVersions: number | null;
}

/** @param project undefined: one that is not there yet */
export function startDraft(project: Project | undefined): ProjectDraft {
  return {
    slug: project?.slug ?? '',
    name: project?.name ?? '',
    description: project?.description ?? '',
    writeOnly: project?.writeOnly ?? false,
    reasonRequired: project?.revealReason === 'required',
    plainIdentifiers: project?.plainIdentifiers ?? false,
    maxSecrets: project?.maxSecrets ?? null,
    maxVersions: project?.maxVersions ?? null,
  };
}

/** The whole draft, as a new project is made of it. */
export function wholeOf({ reasonRequired, ...rest }: ProjectDraft): Body<'createProject'> {
  return { ...rest, revealReason: reasonRequired ? 'required' : 'optional' };
}

/**
 * What was changed since the draft was begun. The rest is not sent: somebody else may have made the project write-only
 * meanwhile, and that must not end because its name was mended.
 */
export function changesIn(before: ProjectDraft, draft: ProjectDraft): Body<'updateProject'> {
  const { slug: _, ...old } = wholeOf(before);
  const now = wholeOf(draft);
  const names = Object.keys(old) as (keyof typeof old)[];
  return Object.fromEntries(names.filter((name) => old[name] !== now[name]).map((name) => [name, now[name]]));
}
