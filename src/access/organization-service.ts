import type { Page } from '../api/lists.ts';
import { keepApprovalProfile } from '../approvals/approval-profile-store.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { type AuditSubject, appendAudit } from '../audit/audit-log.ts';
import type { EditTransaction } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import { type AccessDeps, lockOrganization } from './access-context.ts';
import type { Actor } from './actor.ts';
import type {
  CreatedOrganizationView,
  CreateOrganization,
  OrganizationView,
  UpdateOrganization,
} from './organization-schemas.ts';
import {
  type FoundedOrganization,
  findOrganization,
  foundOrganization,
  listOrganizations,
  type Organization,
  updateOrganization,
} from './organization-store.ts';
import { authorize, can } from './permissions.ts';
import { personView } from './person-service.ts';
import { findPerson } from './person-store.ts';
import { pageById, sliceById } from './prisma-db.ts';

/** Tenants. Everybody sees the own one; who administers the installation sees and creates the others. */
export interface OrganizationService {
  list(actor: Actor, paging: { cursor?: string | undefined; limit: number }): Promise<Page<OrganizationView>>;
  get(actor: Actor, id: string): Promise<OrganizationView>;
  /** With its first administrator and that one's token. Throws `already_exists` when the slug is taken. */
  create(actor: Actor, tx: EditTransaction, input: CreateOrganization): Promise<CreatedOrganizationView>;
  /** Of the own one; needs `policy.administer`. Throws `not_found` for the approval profile. */
  update(actor: Actor, tx: EditTransaction, id: string, input: UpdateOrganization): Promise<OrganizationView>;
}

export function createOrganizationService(deps: AccessDeps): OrganizationService {
  return {
    async list(actor, { cursor, limit }) {
      const which = can(actor, 'installation.administer') ? 'all' : actor.organizationId;
      const rows = await listOrganizations(await deps.db.prisma(), which, sliceById(cursor, limit));
      return pageById(rows, limit, organizationView);
    },
    async get(actor, id) {
      if (id !== actor.organizationId && !can(actor, 'installation.administer')) throw notFound('organization');
      const organization = await findOrganization(await deps.db.prisma(), id);
      if (organization === null) throw notFound('organization');
      return organizationView(organization);
    },
    async create(actor, tx, { slug, name, administrator }) {
      authorize(actor, 'installation.administer');
      const founded = await foundOrganization(tx, { slug, name, isOperator: false, administrator });
      if (founded === undefined) throw new AppError('already_exists', 'An organization with this slug exists.');
      const { organizationId, administratorId, token } = founded;
      const organization = await findOrganization(tx.prisma, organizationId);
      const person = await findPerson(tx.prisma, organizationId, administratorId);
      if (organization === null || person === null) throw new Error('the new organization is not there');
      const [created] = foundingEvents(founded, slug);
      // The event stands in both trails: where it was done, and at the start of the new one.
      await appendAudit(tx, deps.keyring, actor, [created]);
      const subject: AuditSubject = { ...actor, organizationId };
      await appendAudit(tx, deps.keyring, subject, foundingEvents(founded, slug));
      return { organization: organizationView(organization), administrator: personView(person), token };
    },
    async update(actor, tx, id, input) {
      if (id !== actor.organizationId) throw notFound('organization');
      authorize(actor, 'policy.administer');
      await lockOrganization(tx, id);
      const { approvalProfileId } = input;
      if (approvalProfileId != null && !(await keepApprovalProfile(tx, id, approvalProfileId))) {
        throw notFound('approval profile');
      }
      const organization = await updateOrganization(tx.prisma, id, input);
      const details = { name: organization.name, approvalProfileId: organization.approvalProfileId };
      await appendAudit(tx, deps.keyring, actor, [
        { action: 'organization.updated', objectType: 'organization', objectId: id, details },
      ]);
      return organizationView(organization);
    },
  };
}

/** What is recorded when an organization starts. */
export function foundingEvents(founded: FoundedOrganization, slug: string): [AuditEventInput, ...AuditEventInput[]] {
  const { organizationId, administratorId, grantId, tokenId } = founded;
  return [
    { action: 'organization.created', objectType: 'organization', objectId: organizationId, details: { slug } },
    { action: 'person.created', objectType: 'person', objectId: administratorId },
    {
      action: 'role_grant.created',
      objectType: 'role_grant',
      objectId: grantId,
      details: { subjectType: 'person', subjectId: administratorId, role: 'admin', projectId: null },
    },
    { action: 'token.created', objectType: 'token', objectId: tokenId, details: { personId: administratorId } },
  ];
}

function organizationView(organization: Organization): OrganizationView {
  const { id, slug, name, isOperator, approvalProfileId, createdAt } = organization;
  return { id, slug, name, isOperator, approvalProfileId, createdAt: createdAt.toISOString() };
}
