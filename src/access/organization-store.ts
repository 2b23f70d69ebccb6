import type { Organization } from '../../prisma/generated/client.ts';
import type { Sql } from '../db.ts';
import { newId } from '../ports.ts';
import { type ListSlice, type PrismaDb, stated } from './prisma-db.ts';
import { newToken } from './token.ts';

export type { Organization };

/** Organizations by id: one of them, or all for those who administer the installation. */
export function listOrganizations(db: PrismaDb, which: string | 'all', slice: ListSlice): Promise<Organization[]> {
  const only = which === 'all' ? [] : [{ id: which }];
  return db.organization.findMany({ where: { ...slice.where, AND: only }, ...slice.order });
}

export function findOrganization(db: PrismaDb, id: string): Promise<Organization | null> {
  return db.organization.findUnique({ where: { id } });
}

export function updateOrganization(
  db: PrismaDb,
  id: string,
  changes: { name?: string | undefined; approvalProfileId?: string | null | undefined },
): Promise<Organization> {
  return db.organization.update({ where: { id }, data: stated(changes) });
}

interface NewOrganization {
  readonly slug: string;
  readonly name: string;
  readonly isOperator: boolean;
  readonly administrator: { readonly name: string; readonly email: string };
}

/** An organization nobody could enter would be of no use: it starts with an administrator and a token. */
export interface FoundedOrganization {
  readonly organizationId: string;
  readonly administratorId: string;
  readonly grantId: string;
  readonly tokenId: string;
  /** In clear, once. */
  readonly token: string;
}

/** Undefined, having written nothing, when the slug is taken. */
export async function foundOrganization(tx: Sql, wanted: NewOrganization): Promise<FoundedOrganization | undefined> {
  const organizationId = newId();
  const created = await tx.query(
    `insert into organizations (id, slug, name, is_operator) values ($1::uuid, $2, $3, $4)
     on conflict (slug) do nothing returning slug`,
    [organizationId, wanted.slug, wanted.name, wanted.isOperator],
  );
  if (created.length === 0) return undefined;
  const administratorId = newId();
  await tx.query('insert into people (id, organization_id, name, email) values ($1::uuid, $2::uuid, $3, $4)', [
    administratorId,
    organizationId,
    wanted.administrator.name,
    wanted.administrator.email,
  ]);
  const grantId = await grantAdmin(tx, organizationId, administratorId);
  const { tokenId, token } = await issueToken(tx, organizationId, administratorId, 'first token');
  return { organizationId, administratorId, grantId, tokenId, token };
}

/** Makes the person an administrator of the whole organization; the id of the grant. */
export async function grantAdmin(tx: Sql, organizationId: string, personId: string): Promise<string> {
  const grantId = newId();
  await tx.query(
    `insert into role_grants (id, organization_id, subject_type, subject_id, role)
     values ($1::uuid, $2::uuid, 'person', $3::uuid, 'admin')`,
    [grantId, organizationId, personId],
  );
  return grantId;
}

/** A token of the person that does not expire. */
export async function issueToken(
  tx: Sql,
  organizationId: string,
  personId: string,
  name: string,
): Promise<{ tokenId: string; token: string }> {
  const tokenId = newId();
  const { text, hash } = newToken();
  await tx.query(
    `insert into tokens (id, organization_id, name, person_id, hash)
     values ($1::uuid, $2::uuid, $3, $4::uuid, decode($5, 'hex'))`,
    [tokenId, organizationId, name, personId, hash.toString('hex')],
  );
  return { tokenId, token: text };
}
