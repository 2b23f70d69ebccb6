import type { Role } from './roles.ts';

export const ACTOR_TYPES = ['person', 'machine', 'system'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

/** A role for one customer of a project, in one project, or with `projectId` null in the whole organization. */
export interface ActorGrant {
  readonly role: Role;
  readonly projectId: string | null;
  /** Only for the secrets of this customer. Absent or null: for all secrets of the project. */
  readonly customerId?: string | null;
  /** With a customer: for the secrets that the project shares, too. */
  readonly shared?: boolean;
}

/** Who asks, with the rights held at this moment. Built anew for every request and every execution, never cached. */
export interface Actor {
  readonly organizationId: string;
  readonly type: ActorType;
  /** Id of the person or machine; for `system` the name of the part that acts. */
  readonly id: string;
  /** The person who answers for what is done: a machine's owner. Approvals compare this id. */
  readonly personId: string;
  readonly name: string;
  readonly tokenId: string | null;
  /** The browser's session that the request came with. */
  readonly sessionId?: string;
  /** A machine has its own; a person also has those of its groups. */
  readonly grants: readonly ActorGrant[];
  /** Groups of the person; of the owner when a machine acts. */
  readonly groupIds: readonly string[];
  /** The organization is the one that administers the installation. */
  readonly isOperator: boolean;
  readonly requestId: string | null;
  readonly ip: string | null;
}

/** An actor as it is stored, as JSON, with what it did. */
export interface ActorRef {
  readonly type: ActorType;
  readonly id: string;
  readonly name: string;
  readonly personId: string;
  /** The token that was used; absent when none was. */
  readonly tokenId?: string;
}

export function actorRef(actor: Actor): ActorRef {
  const { type, id, name, personId, tokenId } = actor;
  return tokenId === null ? { type, id, name, personId } : { type, id, name, personId, tokenId };
}

/** Keyferry itself, for what no request asked for. It answers for its acts by `part` and holds no right. */
export function systemActor(organizationId: string, part: string): Actor {
  return {
    organizationId,
    type: 'system',
    id: part,
    personId: part,
    name: part,
    tokenId: null,
    grants: [],
    groupIds: [],
    isOperator: false,
    requestId: null,
    ip: null,
  };
}
