import { z } from 'zod';
import { actorRefSchema } from '../access/actor-view.ts';
import { longText, timestamp } from '../api/text-schemas.ts';
import { checkName } from './approval-profile-schemas.ts';
import { CHECK_CONCLUSIONS } from './check.ts';

const MOST_TEXT = 500;

const checkUrl = z
  .string()
  .max(MOST_TEXT)
  .refine((text) => isPlainHttps(text), {
    params: { expected: 'an https URL without a user name and password in it' },
  });

function isPlainHttps(text: string): boolean {
  if (!/^https:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

const fields = {
  name: checkName,
  conclusion: z.enum(CHECK_CONCLUSIONS).meta({
    description: '`not_available`: the check could not be made, which is not `ok` either.',
  }),
};

/** What a checker says. */
export const reportCheckSchema = z
  .strictObject({
    ...fields,
    summary: longText.max(MOST_TEXT).default(''),
    url: checkUrl.optional().meta({ description: 'Where more can be read.' }),
    digest: z.string().max(200).meta({ description: 'Of the change request as it was checked.' }),
  })
  .meta({ id: 'ReportCheck' });

export const checkSchema = z
  .object({
    ...fields,
    summary: z.string(),
    url: z.string().nullable(),
    revision: z.int(),
    current: z.boolean().meta({ description: 'It is about what is up for decision now; an edit makes it stale.' }),
    reporter: actorRefSchema,
    reportedAt: timestamp,
  })
  .meta({ id: 'ChangeCheck' });
export type CheckView = z.output<typeof checkSchema>;
export const checkListSchema = z.object({ items: z.array(checkSchema) }).meta({ id: 'ChangeCheckList' });

export const missingCheckSchema = z
  .object({
    name: z.string(),
    profileId: z.string(),
    profile: z.string(),
    why: z.enum(['not_reported', 'stale', 'not_ok', 'not_available']),
  })
  .meta({ id: 'MissingCheck', description: 'A check that a policy asks for and that is not `ok` yet.' });
