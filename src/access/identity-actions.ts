import { type GovernedAction, plainJson } from '../approvals/governed-action.ts';
import { askedForPeople, askedForStandings } from '../approvals/guarding-policies.ts';
import { loadStandings } from '../approvals/standing-store.ts';
import { lockOrganization } from './access-context.ts';
import type { UpdateMachine } from './machine-schemas.ts';
import type { MachineService } from './machine-service.ts';
import { findMachine } from './machine-store.ts';
import type { UpdatePerson } from './person-schemas.ts';
import type { PersonService } from './person-service.ts';
import { findPerson } from './person-store.ts';
import type { CreateToken } from './token-schemas.ts';
import type { TokenService } from './token-service.ts';

/** Of the token only the hash, in hex: its text stands in the answer to the request and nowhere else. */
export type IssueToken = Pick<CreateToken, 'name' | 'expiresAt'> & {
  readonly userId: string;
  readonly tokenId: string;
  readonly hash: string;
};

export interface IdentityActions {
  readonly editPerson: GovernedAction<UpdatePerson & { readonly personId: string }>;
  readonly editMachine: GovernedAction<UpdateMachine & { readonly machineId: string }>;
  readonly issueToken: GovernedAction<IssueToken>;
}

interface Deps {
  readonly people: PersonService;
  readonly machines: MachineService;
  readonly tokens: TokenService;
}

/**
 * Who somebody is: whoever can enter as an approver, or let one in again, decides in that one's name. To lock somebody out is
 * never asked about, because it must work at once and lets nothing through.
 */
export function createIdentityActions(deps: Deps): IdentityActions {
  return { editPerson: editPerson(deps), editMachine: editMachine(deps), issueToken: issueToken(deps) };
}

function editPerson({ people }: Deps): IdentityActions['editPerson'] {
  return {
    operation: 'edit_person',
    subjectType: 'person',
    async look(tx, organizationId, { personId }) {
      await lockOrganization(tx, organizationId);
      const person = await findPerson(tx.prisma, organizationId, personId);
      if (person === null) return { subjectId: personId, revision: 0, state: null };
      const { name, email, disabled } = person;
      return { subjectId: personId, revision: 0, state: plainJson({ name, email, disabled }) };
    },
    async asked(db, { organizationId, subjectId, plan }) {
      const [before, after] = [plan.before, plan.after] as unknown as { email: string; disabled: boolean }[];
      if (before?.email !== after?.email) {
        return askedForPeople(db, organizationId, 'edit_person', [subjectId]);
      }
      if (before?.disabled !== true || after?.disabled !== false) return [];
      const standings = await loadStandings(db, organizationId, [subjectId]);
      const changes = standings.map((standing) => ({ before: standing, after: { ...standing, disabled: false } }));
      return askedForStandings(db, organizationId, 'edit_person', changes);
    },
    run: async (actor, tx, { personId, ...input }) => ({
      status: 200,
      body: await people.update(actor, tx, personId, input),
    }),
  };
}

function editMachine({ machines }: Deps): IdentityActions['editMachine'] {
  return {
    operation: 'edit_machine',
    subjectType: 'machine',
    async look(tx, organizationId, { machineId }) {
      await lockOrganization(tx, organizationId);
      const machine = await findMachine(tx.prisma, organizationId, machineId);
      if (machine === null) return { subjectId: machineId, revision: 0, state: null };
      const { name, ownerId, disabled } = machine;
      return { subjectId: machineId, revision: 0, state: plainJson({ name, ownerId, disabled }) };
    },
    async asked(db, { organizationId, plan }) {
      const [before, after] = [plan.before, plan.after] as unknown as { ownerId: string; disabled: boolean }[];
      if (before?.disabled !== true || after?.disabled !== false) return [];
      return askedForPeople(db, organizationId, 'edit_machine', [after.ownerId]);
    },
    run: async (actor, tx, { machineId, ...input }) => ({
      status: 200,
      body: await machines.update(actor, tx, machineId, input),
    }),
  };
}

function issueToken({ tokens }: Deps): IdentityActions['issueToken'] {
  return {
    operation: 'issue_token',
    subjectType: 'token',
    /** About the person: one such request at a time. */
    async look(tx, organizationId, { userId, tokenId, name, expiresAt = null }) {
      await lockOrganization(tx, organizationId);
      const person = await findPerson(tx.prisma, organizationId, userId);
      const issued = await tx.prisma.token.count({ where: { organizationId, id: tokenId } });
      if (person === null || issued === 0) return { subjectId: userId, revision: 0, state: null };
      const state = { tokenId, name, expiresAt, userId, person: person.name };
      return { subjectId: userId, revision: 0, state: plainJson(state) };
    },
    asked: (db, { organizationId, subjectId }) => askedForPeople(db, organizationId, 'issue_token', [subjectId]),
    run: async (actor, tx, { tokenId, hash, ...input }) => ({
      status: 201,
      body: await tokens.issue(actor, tx, input, { id: tokenId, hash: Buffer.from(hash, 'hex') }),
    }),
  };
}
