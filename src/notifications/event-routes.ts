import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { invalidField } from '../errors.ts';
import type { EventStreamService } from './event-stream-service.ts';

const SEQ = /^[0-9]{1,15}$/;
const query = z.strictObject({
  after: z.string().regex(SEQ).optional().meta({
    description: 'Number of the last event you know, for clients that cannot send `Last-Event-ID`.',
  }),
});

/** `/v1/events`. */
export function eventRoutes({ events }: { readonly events: EventStreamService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/events',
        operationId: 'streamEvents',
        tag: 'watch',
        summary: 'What happens, as it happens: server-sent events of what you may see',
        description:
          'Names of events are the kinds of notices, ids are numbers of audit events. Send `Last-Event-ID` to go on where you left off; an event `reset` says that it was too long ago. The stream ends when your token does.',
        query,
        responses: { 200: { description: 'Events, without end', contentType: 'text/event-stream' } },
        errors: ['too_many_streams'],
        governance: 'read',
      },
      ({ actor, query: { after }, lastEventId, signal }) => {
        const last = lastEventId === undefined || lastEventId === '' ? after : lastEventId;
        if (last !== undefined && !SEQ.test(last)) throw invalidField('/header/last-event-id', 'the id of an event');
        const write = events.open(actor, last === undefined ? undefined : Number(last), signal);
        return { status: 200, stream: { contentType: 'text/event-stream', run: write } };
      },
    ),
  ];
}
