import type { Sql } from '../db.ts';
import type { Actor, ActorGrant, ActorRef } from './actor.ts';
import { ROLES } from './roles.ts';
import { LIVE_SESSION } from './session-life.ts';

/** Where a request comes from; null for work that no request waits for. */
export interface Origin {
  readonly requestId: string | null;
  readonly ip: string | null;
}

const NOWHERE: Origin = { requestId: null, ip: null };

/**
 * One value that the most frequent reads want and that is read in the statement that checks the token, because a second
 * round trip would cost as much as the rest of the request. Whether the actor may see it is decided afterwards.
 */
export interface ReadAlong {
  /** A scalar subquery for JSON over `a."organizationId"`, the actor's, and `$2`, the parameter. Static. */
  readonly sql: string;
  readonly param: string;
  /** Called with the JSON, null when there is none, before the actor is answered. */
  readonly take: (value: unknown) => void;
}

interface ActorRow {
  organizationId: string;
  type: 'person' | 'machine';
  id: string;
  personId: string;
  name: string;
  tokenId: string | null;
  sessionId?: string;
  isOperator: boolean;
  grants: ActorGrant[];
  groupIds: string[];
}

/*
 * Everything about an actor from a row that says who it is: s(token_id, organization_id, person_id, machine_id). A person
 * holds its own grants and those of its groups, a machine only its own. Whoever is disabled, or belongs to a disabled
 * owner, does not appear.
 *
 * "is true" keeps the planner from entering by the organization, which looks cheap while the tables are small: a plan is
 * kept for long, and later that would read every person of the organization on every request.
 */
const ACTOR_OF_SUBJECT = `
  select s.organization_id as "organizationId", case when m.id is null then 'person' else 'machine' end as type,
    coalesce(m.id, p.id) as id, p.id as "personId", coalesce(m.name, p.name) as name, s.token_id as "tokenId",
    o.is_operator as "isOperator",
    coalesce((select json_agg(json_build_object('role', g.role, 'projectId', g.project_id,
      'customerId', g.customer_id, 'shared', g.shared)) from role_grants g
      where (g.organization_id = s.organization_id) is true
        and g.subject_id = any(case when m.id is null then p.id || mine.groups else array[m.id] end)), '[]') as grants,
    to_json(mine.groups) as "groupIds"
  from s
  join organizations o on o.id = s.organization_id
  left join machines m on m.id = s.machine_id and m.organization_id = s.organization_id
  join people p on p.id = coalesce(m.owner_id, s.person_id) and (p.organization_id = s.organization_id) is true
  cross join lateral (select array(select gm.group_id from group_members gm where gm.person_id = p.id) as groups) mine
  where not p.disabled and not coalesce(m.disabled, false) and (s.machine_id is null or m.id is not null)`;

const BY_TOKEN = `
  with s as (select id as token_id, organization_id, person_id, machine_id from tokens
    where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now()))
  ${ACTOR_OF_SUBJECT}`;

/*
 * With data read along or without. That the session was used is noted to the minute, so that most requests write nothing; a
 * statement that writes has to stand at the top level.
 */
const bySession = (along: string): string => `
  with live as (select x.id, x.organization_id, x.person_id, x.token_id from sessions x
      left join tokens t on t.id = x.token_id where x.hash = $1 and ${LIVE_SESSION}),
    touched as (update sessions x set seen_at = now() from live
      where x.id = live.id and x.seen_at < now() - interval '1 minute'),
    s as (select token_id, organization_id, person_id, null::uuid as machine_id from live),
    a as (select subject.*, (select id from live) as "sessionId" from (${ACTOR_OF_SUBJECT}) subject)
  select a.*${along} from a`;
const BY_SESSION = bySession('');

const BY_SUBJECT = `
  with s as (select $4::uuid as token_id, $1::uuid as organization_id, $2::uuid as person_id, $3::uuid as machine_id
    where not exists (select 1 from tokens t where t.id = $4::uuid and t.revoked_at is not null))
  ${ACTOR_OF_SUBJECT}`;

/** One way to find an actor by the hash of what it shows. */
interface Way {
  readonly text: string;
  readonly withAlong: (sql: string) => string;
  /** Texts with what is read along, by the latter's SQL. */
  readonly known: Map<string, string>;
}

const byToken: Way = {
  text: BY_TOKEN,
  withAlong: (sql) => `with a as (${BY_TOKEN}) select a.*, (${sql}) as along from a`,
  known: new Map(),
};
const bySessionHash: Way = {
  text: BY_SESSION,
  withAlong: (sql) => bySession(`, (${sql}) as along`),
  known: new Map(),
};

function alongText(way: Way, sql: string): string {
  let text = way.known.get(sql);
  if (text === undefined) {
    text = way.withAlong(sql);
    way.known.set(sql, text);
  }
  return text;
}

/** The actor behind a token, in one statement: this runs before every request. Undefined for whatever may not act. */
export function actorByToken(db: Sql, hash: Uint8Array, origin: Origin, along?: ReadAlong): Promise<Actor | undefined> {
  return actorBy(byToken, db, hash, origin, along);
}

/** The same for the session of a browser, which is noted as used. */
export function actorBySession(
  db: Sql,
  hash: Uint8Array,
  origin: Origin,
  along?: ReadAlong,
): Promise<Actor | undefined> {
  return actorBy(bySessionHash, db, hash, origin, along);
}

async function actorBy(
  way: Way,
  db: Sql,
  hash: Uint8Array,
  origin: Origin,
  along?: ReadAlong,
): Promise<Actor | undefined> {
  if (along === undefined) {
    const [row] = await db.query<ActorRow>(way.text, [hash]);
    return row && toActor(row, origin);
  }
  const [found] = await db.query<ActorRow & { along: unknown }>(alongText(way, along.sql), [hash, along.param]);
  if (found === undefined) return undefined;
  const { along: value, ...row } = found;
  along.take(value);
  return toActor(row, origin);
}

/** A person with the rights it holds now; undefined when there is no such person or it is disabled. */
export async function actorByPerson(db: Sql, organizationId: string, personId: string): Promise<Actor | undefined> {
  const [row] = await db.query<ActorRow>(BY_SUBJECT, [organizationId, personId, null, null]);
  return row && toActor(row, NOWHERE);
}

/**
 * Whoever asked for something earlier, with the rights held now: what waited is checked again when it is executed.
 * Undefined when that person or machine, or a machine's owner, is disabled, or the token that was used was revoked (a
 * token that has merely expired since does not count). For `system` nothing is looked up.
 */
export async function actorForStored(db: Sql, organizationId: string, ref: ActorRef): Promise<Actor | undefined> {
  if (ref.type === 'system') return undefined;
  const isMachine = ref.type === 'machine';
  const [row] = await db.query<ActorRow>(BY_SUBJECT, [
    organizationId,
    isMachine ? null : ref.id,
    isMachine ? ref.id : null,
    ref.tokenId ?? null,
  ]);
  return row && toActor(row, NOWHERE);
}

/** Grants of a role that this version does not know allow nothing. */
function toActor(row: ActorRow, origin: Origin): Actor {
  return { ...row, grants: row.grants.filter(({ role }) => ROLES.includes(role)), ...origin };
}
