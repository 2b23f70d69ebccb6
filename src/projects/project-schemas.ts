import { z } from 'zod';
import { pageQuery, pageSchema } from '../api/lists.ts';
import { id, longText, nameText, slug, timestamp } from '../api/text-schemas.ts';

const plainIdentifiers = z.boolean().meta({
  description: 'Secret names must be plain identifiers (letters, digits, "_"), as templates need.',
});

const writeOnly = z.boolean().meta({
  description:
    'Values of its secrets are handed out to nobody by any way. Ceasing to be so does not show what was written before.',
});

const revealReason = z.enum(['optional', 'required']).meta({
  description:
    '`required`: people, not machines, must give a `reason` with every reading of a value; it stands in the audit trail.',
});

const maxSecrets = z.int().min(0).max(10_000_000).nullable().meta({
  description: 'How many secrets the project may hold; null: no limit.',
});
const maxVersions = z.int().min(1).max(10_000_000).nullable().meta({
  description: 'How many versions each secret may have, without destroyed ones; null: no limit.',
});

export const projectSchema = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    plainIdentifiers,
    writeOnly,
    revealReason,
    maxSecrets,
    maxVersions,
    usage: z
      .object({ secrets: z.int() })
      .nullable()
      .meta({ description: 'What counts towards its quotas. Null in lists.' }),
    pausedAt: timestamp.nullable().meta({ description: 'No copy of its secrets is carried anywhere since then.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Project' });
export type ProjectView = z.output<typeof projectSchema>;

export const projectPageSchema = pageSchema(projectSchema, 'ProjectPage');
export const projectParams = z.strictObject({
  project: z.union([id, slug]).meta({ description: 'Id or slug of the project.' }),
});
export const projectQuery = z.strictObject(pageQuery);

export const createProjectSchema = z
  .strictObject({
    slug: slug.meta({ description: 'Stands in paths at vaults; cannot change.' }),
    name: nameText,
    description: longText.default(''),
    plainIdentifiers: plainIdentifiers.default(false),
    writeOnly: writeOnly.default(false),
    revealReason: revealReason.default('optional'),
    maxSecrets: maxSecrets.default(null),
    maxVersions: maxVersions.default(null),
  })
  .meta({ id: 'CreateProject' });
export type CreateProject = z.output<typeof createProjectSchema>;

export const updateProjectSchema = z
  .strictObject({
    name: nameText.optional(),
    description: longText.optional(),
    plainIdentifiers: plainIdentifiers.optional(),
    writeOnly: writeOnly.optional(),
    revealReason: revealReason.optional(),
    maxSecrets: maxSecrets.optional(),
    maxVersions: maxVersions.optional(),
  })
  .meta({ id: 'UpdateProject' });
export type UpdateProject = z.output<typeof updateProjectSchema>;

export const projectExample: ProjectView = {
  id: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a',
  slug: 'billing',
  name: 'Billing',
  description: '',
  plainIdentifiers: false,
  writeOnly: false,
  revealReason: 'optional',
  maxSecrets: null,
  maxVersions: 100,
  usage: { secrets: 12 },
  pausedAt: null,
  createdAt: '2026-11-02T09:36:00.000Z',
};
