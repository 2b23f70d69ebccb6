import { rightHolders } from '../access/right-holder-store.ts';
import type { Change } from '../approvals/change.ts';
import { findChange, listEditors, listReviews } from '../approvals/change-store.ts';
import type { ChangeSubject } from '../approvals/change-subject.ts';
import { listCommenters } from '../approvals/comment-store.ts';
import { decidersOf } from '../approvals/deciders.ts';
import type { Sql } from '../db.ts';
import type { Notice } from './notice.ts';
import { type Audience, kindFacts, type NoticeKind } from './notice-kinds.ts';

/** Somebody who gets a mail, at most one under the same `dedupe`. */
export interface Recipient {
  readonly personId: string;
  readonly dedupe: string;
}

export type FindAudience = (db: Sql, notice: Notice) => Promise<readonly Recipient[]>;

/** Who did it knows it. What comes of a change later is recorded as its requester's, who does not know it yet. */
const OWN_ACTS: readonly NoticeKind[] = [
  'change.reviewed',
  'change.commented',
  'change.cancelled',
  'change.overridden',
];

/** Who gets a mail about a notice, with the rights held now. */
export function createAudience(subject: ChangeSubject): FindAudience {
  return async (db, notice) => {
    const { mail } = kindFacts(notice.kind);
    if (mail.length === 0) return [];
    const change =
      notice.object.type === 'change_request'
        ? await findChange(db, notice.organization.id, notice.object.id)
        : undefined;
    const lists = await Promise.all(mail.map((audience) => peopleOf(db, subject, notice, change, audience)));
    const people = new Set(lists.flat());
    if (OWN_ACTS.includes(notice.kind)) people.delete(notice.actor.id);
    const dedupe = dedupeOf(notice, change);
    return [...people].map((personId) => ({ personId, dedupe }));
  };
}

/** A request that waits is told to a person once per revision, whichever event made it that person's turn. */
function dedupeOf({ kind, id }: Notice, change: Change | undefined): string {
  if (change === undefined || (kind !== 'change.waiting' && kind !== 'change.reviewed')) return id;
  return `waiting:${change.id}:${change.revision}`;
}

async function peopleOf(
  db: Sql,
  subject: ChangeSubject,
  notice: Notice,
  change: Change | undefined,
  audience: Audience,
): Promise<readonly string[]> {
  const { organization, project } = notice;
  switch (audience) {
    case 'nobody':
      return [];
    case 'operators':
      return rightHolders(db, organization.id, 'vault.administer', null);
    case 'administrators':
      return rightHolders(db, organization.id, 'policy.administer', project?.id ?? null);
    case 'requester':
      // Whoever was not kept waiting has had the answer from the API.
      return change === undefined || change.policies.length === 0 ? [] : [change.requesterPersonId];
    case 'participants':
      return change === undefined ? [] : participantsOf(db, change);
    case 'deciders':
      return change === undefined ? [] : (await decidersOf(db, subject, change)).now;
    case 'reviewers':
      return change === undefined ? [] : (await decidersOf(db, subject, change)).ever;
  }
}

async function participantsOf(db: Sql, change: Change): Promise<string[]> {
  const [editors, reviews, commenters] = await Promise.all([
    listEditors(db, change.id),
    listReviews(db, change.id),
    listCommenters(db, change.id),
  ]);
  return [...editors, ...reviews.map((review) => review.personId), ...commenters];
}
