import type { AuditEvent } from '../audit/audit-event.ts';
import type { Sql } from '../db.ts';
import { factsOf, type Named, type Notice } from './notice.ts';
import { kindOfAction } from './notice-kinds.ts';

/** What can be found out about the objects of some events. */
interface Surroundings {
  readonly organization: Named;
  /** By id of the change request. */
  readonly changes: ReadonlyMap<string, ChangeContext>;
  /** By id: secrets, vaults, profiles, policies, tokens, people, machines and groups. */
  readonly things: ReadonlyMap<string, ThingContext>;
}

interface ChangeContext {
  readonly id: string;
  readonly projectId: string | null;
  readonly project: string | null;
  readonly subjectType: string;
  readonly subjectId: string;
  /** Somebody has to agree, and is asked to: it is no draft. */
  readonly waits: boolean;
}

interface ThingContext {
  readonly id: string;
  readonly name: string;
  readonly projectId: string | null;
  readonly project: string | null;
}

/**
 * The notices that these events of one organization are told as, in their order; most events are none. Names are those of
 * now.
 */
export async function describeEvents(
  db: Sql,
  organizationId: string,
  events: readonly AuditEvent[],
): Promise<Notice[]> {
  const told = events.filter((event) => kindOfAction(event.action) !== undefined);
  if (told.length === 0) return [];
  const surroundings = await lookAround(db, organizationId, told);
  return told.flatMap((event) => noticeOf(event, surroundings));
}

function noticeOf(event: AuditEvent, { organization, changes, things }: Surroundings): Notice[] {
  const kind = kindOfAction(event.action);
  const change = changes.get(event.objectId);
  if (kind === undefined) return [];
  // Nobody is asked about a change that no policy holds up.
  if (kind === 'change.waiting' && change?.waits !== true) return [];
  const { type: subjectType, id: subjectId } = subjectOf(event, change);
  const thing = things.get(subjectId);
  const profile = things.get(detailOf(event, 'profileId') ?? '');
  const projectId = change?.projectId ?? thing?.projectId ?? null;
  const { type, id, name } = event.actor;
  return [
    {
      ...{ id: event.id, seq: event.seq, kind, at: event.at, organization },
      project: projectId === null ? null : { id: projectId, name: change?.project ?? thing?.project ?? '' },
      actor: { type, id, name },
      object: { type: event.objectType, id: event.objectId },
      subject: { type: subjectType, id: subjectId, name: thing?.name ?? '' },
      profile: profile === undefined ? null : { id: profile.id, name: profile.name },
      facts: factsOf(event.details),
    },
  ];
}

function subjectOf(event: AuditEvent, change: ChangeContext | undefined): { type: string; id: string } {
  if (change !== undefined) return { type: change.subjectType, id: change.subjectId };
  const secretId = detailOf(event, 'secretId');
  return secretId === undefined ? { type: event.objectType, id: event.objectId } : { type: 'secret', id: secretId };
}

function detailOf({ details }: AuditEvent, name: string): string | undefined {
  const value = (details as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' ? value : undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function lookAround(db: Sql, organizationId: string, events: readonly AuditEvent[]): Promise<Surroundings> {
  const changes = await db.query<ChangeContext>(
    `select c.id, c.project_id as "projectId", j.slug as project, c.subject_type as "subjectType",
       c.subject_id as "subjectId", jsonb_array_length(c.policies) > 0 and c.state <> 'draft' as waits
     from change_requests c left join projects j on j.id = c.project_id
     where c.organization_id = $1::uuid and c.id = any($2::uuid[])`,
    [organizationId, events.flatMap((event) => (event.objectType === 'change_request' ? [event.objectId] : []))],
  );
  const ids = new Set([
    ...changes.map((change) => change.subjectId),
    ...events.map((event) => event.objectId),
    ...events.flatMap((event) => [detailOf(event, 'secretId') ?? '', detailOf(event, 'profileId') ?? '']),
  ]);
  const [things, [organization]] = await Promise.all([
    findThings(
      db,
      organizationId,
      [...ids].filter((id) => UUID.test(id)),
    ),
    db.query<Named>('select id, slug as name from organizations where id = $1::uuid', [organizationId]),
  ]);
  return {
    organization: organization ?? { id: organizationId, name: '' },
    changes: new Map(changes.map((change) => [change.id, change])),
    things: new Map(things.map((thing) => [thing.id, thing])),
  };
}

function findThings(db: Sql, organizationId: string, ids: readonly string[]): Promise<ThingContext[]> {
  return db.query<ThingContext>(
    `select s.id, case when s.path = '' then s.name else s.path || '/' || s.name end as name,
       s.project_id as "projectId", j.slug as project
     from secrets s join projects j on j.id = s.project_id
     where s.organization_id = $1::uuid and s.id = any($2::uuid[])
     union all
     select t.id, t.name, null, null from (
       select id, organization_id, name from vaults union all select id, organization_id, name from vault_profiles
       union all select id, organization_id, name from approval_profiles
       union all select id, organization_id, name from tokens union all select id, organization_id, name from people
       union all select id, organization_id, name from machines union all select id, organization_id, name from groups) t
     where t.organization_id = $1::uuid and t.id = any($2::uuid[])`,
    [organizationId, ids],
  );
}
