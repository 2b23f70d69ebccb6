import { actorView } from '../access/actor-view.ts';
import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { changeParams, commentPageSchema, commentQuery, commentSchema, createCommentSchema } from './change-schemas.ts';
import type { Comment } from './comment-store.ts';
import type { CommentThread } from './comment-thread.ts';
import { UNGOVERNED } from './governance.ts';

interface Deps {
  readonly comments: CommentThread;
  readonly mutate: Mutate;
}

const tag = 'changes';
const path = '/v1/change-requests/:changeId/comments';

export function commentRoutes(deps: Deps): RouteDefinition[] {
  return [listComments(deps), addComment(deps)];
}

function commentView({ id, revision, actor, text, createdAt }: Comment) {
  return { id, revision, author: actorView(actor), text, createdAt: createdAt.toISOString() };
}

const listComments = ({ comments }: Deps) =>
  route(
    {
      method: 'get',
      path,
      operationId: 'listChangeComments',
      tag,
      summary: 'What was said about a change, oldest first',
      params: changeParams,
      query: commentQuery,
      responses: { 200: { description: 'A page', schema: commentPageSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => {
      const { items, nextCursor } = await comments.list(actor, params.changeId, query);
      return { status: 200, body: { items: items.map(commentView), nextCursor } };
    },
  );

const addComment = ({ comments, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path,
      operationId: 'addChangeComment',
      tag,
      summary: 'Say something about a change; a value of its payload is refused',
      params: changeParams,
      body: createCommentSchema,
      bodyExample: { text: 'Is this the key of the new account?' },
      responses: { 201: { description: 'The comment', schema: commentSchema } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.addChangeComment },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 201,
        body: commentView(await comments.add(request.actor, tx, request.params.changeId, request.body.text)),
      })),
  );
