import { z } from 'zod';
import { decodeCursor, encodeCursor, pageQuery, pageSchema } from '../api/lists.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { timestamp } from '../api/text-schemas.ts';
import { AUDIT_ACTIONS } from './audit-event.ts';
import type { AuditService } from './audit-service.ts';

const eventSchema = z
  .object({
    organizationId: z.string(),
    seq: z.int(),
    id: z.string(),
    at: timestamp,
    actor: z.looseObject({ type: z.string(), id: z.string(), personId: z.string(), name: z.string() }),
    action: z.string(),
    objectType: z.string(),
    objectId: z.string(),
    details: z.looseObject({}),
    requestId: z.string().nullable(),
    keyId: z.string(),
    previousMac: z.string(),
    mac: z.string(),
  })
  .meta({ id: 'AuditEvent' });
const verificationSchema = z
  .object({
    intact: z.boolean(),
    events: z.int(),
    head: z.object({ seq: z.int(), mac: z.string() }).meta({ description: 'Compare with an anchor kept elsewhere.' }),
    brokenAt: z.int().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'AuditVerification' });
const seq = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform(Number);
const query = z.strictObject({
  ...pageQuery,
  action: z.enum(AUDIT_ACTIONS).optional(),
  objectId: z.string().max(100).optional(),
  personId: z.string().max(100).optional(),
  requestId: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'What one request did; every error names the id of its request.' }),
  afterSeq: seq.optional().meta({ description: 'Only events later in the chain than the one of this number.' }),
  from: timestamp.optional(),
  until: timestamp.optional(),
});
const exportQuery = z.strictObject({ afterSeq: seq.prefault('0') });
const EXPORT_PAGE = 1000;

/** The record: reading, exporting and checking it. */
export function auditRoutes({ audit }: { readonly audit: AuditService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/audit-events',
        operationId: 'listAuditEvents',
        tag: 'audit',
        summary: 'What happened, newest first',
        query,
        responses: { 200: { description: 'A page', schema: pageSchema(eventSchema, 'AuditEventPage') } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor, query: { limit, cursor, ...filter } }) => {
        const before = decodeCursor(cursor, 'seq')?.key;
        const rows = await audit.list(actor, filter, before === undefined ? undefined : Number(before), limit + 1);
        const items = rows.slice(0, limit);
        const last = items.at(-1);
        const more = rows.length > limit && last !== undefined;
        const nextCursor = more ? encodeCursor({ sort: 'seq', key: String(last.seq), id: last.id }) : null;
        return { status: 200, body: { items, nextCursor } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/audit-events/export',
        operationId: 'exportAuditEvents',
        tag: 'audit',
        summary: 'Events in the order of the chain, one JSON per line, for checking away from the database',
        description: `At most ${EXPORT_PAGE} events; go on with \`afterSeq\` of the last one.`,
        query: exportQuery,
        responses: { 200: { description: 'One event per line', contentType: 'application/x-ndjson' } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor, query: { afterSeq } }) => {
        const events = await audit.export(actor, afterSeq, EXPORT_PAGE);
        const content = events.map((event) => `${JSON.stringify(event)}\n`).join('');
        return { status: 200, text: { contentType: 'application/x-ndjson', content } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/audit-events/verify',
        operationId: 'verifyAuditEvents',
        tag: 'audit',
        summary: 'Check every link of the chain',
        responses: { 200: { description: 'The outcome', schema: verificationSchema } },
        errors: ['forbidden'],
        governance: 'read',
      },
      async ({ actor }) => ({ status: 200, body: await audit.verify(actor) }),
    ),
  ];
}
