import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import type { Change } from './change.ts';
import { scopeOf } from './change-scope.ts';
import { changeEvent } from './change-service.ts';
import { findChange } from './change-store.ts';
import { type Comment, insertComment, listComments } from './comment-store.ts';
import type { OpenText } from './open-text.ts';

export interface CommentThreadDeps {
  readonly db: Sql;
  readonly keyring: Keyring;
  readonly openText: OpenText;
}

export type CommentThread = ReturnType<typeof createCommentThread>;

/** The talk about a change. Comments stay as they were written, whatever becomes of the change. */
export function createCommentThread({ db, keyring, openText }: CommentThreadDeps) {
  const find = async (on: Sql, actor: Actor, changeId: string): Promise<Change> => {
    const change = await findChange(on, actor.organizationId, changeId);
    if (change === undefined) throw notFound('change request');
    authorize(actor, 'change.read', scopeOf(change));
    return change;
  };

  return {
    /** Whoever may see a change may comment on it. Throws `invalid_input` for a text that shows the value up for decision. */
    async add(actor: Actor, tx: Sql, changeId: string, text: string): Promise<Comment> {
      const change = await find(tx, actor, changeId);
      if (!(await openText(tx, actor, change, text))) throw invalidField('/text', 'no value of the payload');
      const comment = await insertComment(tx, newId(), change, actor, text);
      await appendAudit(tx, keyring, actor, [changeEvent('change.commented', change, { commentId: comment.id })]);
      return comment;
    },

    /** Oldest first. */
    async list(
      actor: Actor,
      changeId: string,
      query: { readonly cursor?: string | undefined; readonly limit: number },
    ): Promise<Page<Comment>> {
      const change = await find(db, actor, changeId);
      const rows = await listComments(db, change.id, decodeCursor(query.cursor, 'id'), query.limit + 1);
      return pageOf(rows, query.limit, ({ id }) => ({ sort: 'id', id }));
    },
  };
}
