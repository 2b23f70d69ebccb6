import { z } from 'zod';
import { id } from '../../api/text-schemas.ts';
import { CHANGE_OPERATIONS } from '../../approvals/change-operation.ts';
import { checkSchema, missingCheckSchema } from '../../approvals/check-schemas.ts';
import { secretUseSchema } from '../../consumers/consumer-schemas.ts';
import { DESTINATION_ACTIONS } from './destinations.ts';
import { STRENGTHS } from './strength.ts';
import { WARNING_CODES } from './warnings.ts';

const facts = z.looseObject({}).meta({ description: 'What is no secret: algorithm, size, expiry. Times in UTC.' });
const strength = z.enum(STRENGTHS).nullable();

const fieldSchema = z
  .object({
    name: z.string(),
    presence: z.enum(['added', 'removed', 'kept']),
    value: z.enum(['changed', 'unchanged', 'withheld']).nullable().meta({
      description:
        'Null for a field that is not on both sides. Withheld for everybody when one of the two is easy to guess.',
    }),
    equalsVersions: z.array(z.int()).nullable().meta({
      description: 'Older versions in which the field had this very value. Null: withheld.',
    }),
    strength: z.object({ before: strength, after: strength }),
    facts: z.object({ before: facts.nullable(), after: facts.nullable() }),
  })
  .meta({ id: 'FieldEvidence' });

const contentSchema = z
  .object({
    fields: z.array(fieldSchema),
    equals: z.enum(['current', 'older', 'none', 'withheld']),
    equalsVersion: z.int().nullable().meta({ description: 'The newest older version with this very content.' }),
    facts: z.object({ before: facts.nullable(), after: facts }),
  })
  .meta({ id: 'ContentEvidence' });

const destinationSchema = z
  .object({
    profileId: z.string(),
    profileName: z.string(),
    vaultKind: z.string(),
    profileEnabled: z.boolean(),
    role: z.enum(['source', 'target']),
    remotePath: z.string(),
    isNew: z.boolean().meta({ description: 'The value has not been there before.' }),
    action: z.enum(DESTINATION_ACTIONS).meta({ description: 'What the change means there, as the ledger stands.' }),
  })
  .meta({ id: 'EvidenceDestination' });

const warningSchema = z
  .object({
    code: z.enum(WARNING_CODES),
    fields: z.array(z.string()),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'EvidenceWarning' });

export const evidenceSchema = z
  .object({
    changeRequestId: id,
    revision: z.int(),
    digest: z.string().meta({ description: 'What a review of just this evidence echoes.' }),
    operation: z.enum(CHANGE_OPERATIONS),
    comparison: z.enum(['shown', 'reviewers_only', 'rate_limited']).meta({
      description:
        'Whether values are equal to earlier ones is told to people who may decide on this change, and not too often.',
    }),
    customer: z.object({ id, slug: z.string(), name: z.string() }).nullable().meta({
      description:
        'The customer whose secret it is; null: shared by all customers of the project, or no secret at all.',
    }),
    content: contentSchema.nullable().meta({ description: 'Null when the change carries no content.' }),
    destinations: z.array(destinationSchema).meta({
      description: 'Every place that holds the value now or will: who else reads it, and what happens there.',
    }),
    consumers: z.array(secretUseSchema).meta({ description: 'Who reads the secret, and at which version.' }),
    warnings: z.array(warningSchema),
    checks: z.array(checkSchema).meta({ description: 'Results of external checkers, the newest of each name.' }),
    missingChecks: z.array(missingCheckSchema),
  })
  .meta({ id: 'Evidence' });
export type EvidenceView = z.output<typeof evidenceSchema>;
