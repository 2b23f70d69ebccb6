import type { Sql } from '../db.ts';
import { PACES } from './delivery-schedule.ts';
import type { NoticeCategory } from './notice-kinds.ts';

/** How a person wants to be told by mail. */
export const MAIL_PACES = [...PACES, 'off'] as const;
export type MailPace = (typeof MAIL_PACES)[number];

export type Preferences = Readonly<Record<NoticeCategory, MailPace>>;

/** For whoever has not said otherwise. */
export const DEFAULT_PREFERENCES: Preferences = { reviews: 'immediate', operations: 'daily' };

/** By id of the person; those who never chose are not among them. */
export async function findPreferences(
  db: Sql,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Preferences>> {
  const rows = await db.query<Preferences & { personId: string }>(
    `select person_id as "personId", reviews, operations from notice_preferences where person_id = any($1::uuid[])`,
    [[...personIds]],
  );
  return new Map(rows.map(({ personId, reviews, operations }) => [personId, { reviews, operations }]));
}

export async function storePreferences(
  tx: Sql,
  organizationId: string,
  personId: string,
  { reviews, operations }: Preferences,
): Promise<void> {
  await tx.query(
    `insert into notice_preferences (person_id, organization_id, reviews, operations) values ($1::uuid, $2::uuid, $3, $4)
     on conflict (person_id) do update set reviews = $3, operations = $4, updated_at = clock_timestamp()`,
    [personId, organizationId, reviews, operations],
  );
}
