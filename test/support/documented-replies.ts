import { isDeepStrictEqual } from 'node:util';
import type { InspectReply } from '../../src/api/mount-routes.ts';

/** Refuses answers that differ from their documented schema: another status, a missing field, or one that is not documented. */
export const documentedRepliesOnly: InspectReply = (route, reply) => {
  const documented = route.responses[reply.status];
  if (documented === undefined) throw new TypeError(`${route.operationId}: status ${reply.status} is not documented`);
  if (documented.contentType !== undefined) return;
  if (documented.schema === undefined) {
    if (reply.body !== undefined) throw new TypeError(`${route.operationId}: a body that is not documented`);
    return;
  }
  const sent: unknown = JSON.parse(JSON.stringify(reply.body));
  const parsed = documented.schema.safeParse(sent);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new TypeError(`${route.operationId}: the answer is not as documented at ${where}`);
  }
  if (!isDeepStrictEqual(parsed.data, sent)) throw new TypeError(`${route.operationId}: undocumented fields`);
};
