import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { authorize, projectsWith } from '../access/permissions.ts';
import { type Cursor, decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import { evaluatePolicy } from './approval-policy.ts';
import type { Change } from './change.ts';
import { isOpen } from './change-request.ts';
import type { ChangeDetailView, ChangeQuery, ChangeView } from './change-schemas.ts';
import { CHANGE_COLUMNS, findChange, listEditors, listReviews } from './change-store.ts';
import type { ChangeSubject } from './change-subject.ts';
import { requiredPolicies } from './required-policies.ts';
import { loadVoters } from './voter-store.ts';

/** A change as clients see it: the plan says what will be done and holds no value. */
export function changeView(change: Change): ChangeView {
  const { id, projectId, secretId, operation, state, revision, digest, baseVersion, comment, code, resultVersion } =
    change;
  return {
    id,
    projectId,
    secretId,
    operation,
    state,
    revision,
    digest,
    baseVersion,
    plan: withoutFingerprints(change.plan as Record<string, unknown>),
    comment,
    requester: actorView(change.requester),
    code,
    resultVersion,
    attempts: change.attempts,
    expiresAt: change.expiresAt?.toISOString() ?? null,
    createdAt: change.createdAt.toISOString(),
    updatedAt: change.updatedAt.toISOString(),
    endedAt: change.endedAt?.toISOString() ?? null,
  };
}

/** Fingerprints and sizes would let those who cannot read a value test guesses. */
function withoutFingerprints(plan: Record<string, unknown>): Record<string, unknown> {
  const { fingerprint: _fingerprint, content, ...rest } = plan;
  if (typeof content !== 'object' || content === null) return content === undefined ? rest : { ...rest, content };
  const { fingerprint: _contentFingerprint, size: _size, ...shown } = content as Record<string, unknown>;
  return { ...rest, content: shown };
}

export type ChangeReader = ReturnType<typeof createChangeReader>;

/** Looks at change requests. */
export function createChangeReader(deps: { readonly db: Sql; readonly subject: ChangeSubject }) {
  const { db, subject } = deps;

  const find = async (actor: Actor, id: string): Promise<Change> => {
    const change = await findChange(db, actor.organizationId, id);
    if (change === undefined) throw notFound('change request');
    authorize(actor, 'change.read', change.projectId);
    return change;
  };

  return {
    find,

    /** The change with the state of its approval, votes and editors. */
    async detail(actor: Actor, id: string): Promise<ChangeDetailView> {
      const change = await find(actor, id);
      const [reviews, editors, policies] = await Promise.all([
        listReviews(db, id),
        listEditors(db, id),
        isOpen(change.state) ? requiredPolicies(db, subject, change) : change.policies,
      ]);
      const approvers = reviews
        .filter((review) => review.revision === change.revision && review.decision === 'approve')
        .map((review) => review.personId);
      const voters = await loadVoters(db, change.organizationId, change.projectId, approvers);
      return {
        ...changeView(change),
        approval: (change.policies.length === 0 && change.state !== 'pending_approval' ? [] : policies).map(
          (policy) => {
            const status = evaluatePolicy(policy, voters);
            return { ...status, steps: status.steps.map((step) => ({ ...step, votes: [...step.votes] })) };
          },
        ),
        reviews: reviews.map((review) => ({
          id: review.id,
          revision: review.revision,
          reviewer: actorView(review.actor),
          decision: review.decision,
          comment: review.comment,
          createdAt: review.createdAt.toISOString(),
        })),
        editors,
      };
    },

    /** Newest first. */
    async list(actor: Actor, query: ChangeQuery): Promise<Page<ChangeView>> {
      const after = decodeCursor(query.cursor, 'id');
      const rows = await listChanges(db, actor.organizationId, projectsWith(actor, 'change.read'), query, after);
      const page = pageOf(rows, query.limit, (last) => ({ sort: 'id', id: last.id }));
      return { items: page.items.map(changeView), nextCursor: page.nextCursor };
    },
  };
}

function listChanges(
  db: Sql,
  organizationId: string,
  within: 'all' | string[],
  query: ChangeQuery,
  after: Cursor | undefined,
): Promise<Change[]> {
  return db.query<Change>(
    `select ${CHANGE_COLUMNS} from change_requests c
     where c.organization_id = $1::uuid and ($2::uuid[] is null or c.project_id = any($2))
       and ($3::text is null or c.state = $3) and ($4::text is null or c.operation = $4)
       and ($5::uuid is null or c.secret_id = $5) and ($6::uuid is null or c.requester_person_id = $6)
       and ($7::text is null or c.project_id = (select j.id from projects j
         where j.organization_id = $1::uuid and (j.id::text = $7 or j.slug = $7)))
       and ($8::uuid is null or c.id < $8)
     order by c.id desc limit $9`,
    [
      organizationId,
      within === 'all' ? null : within,
      query.state ?? null,
      query.operation ?? null,
      query.secretId ?? null,
      query.requester ?? null,
      query.project ?? null,
      after?.id ?? null,
      query.limit + 1,
    ],
  );
}
