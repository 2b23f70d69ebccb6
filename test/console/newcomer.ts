import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';

/** A person as people are called, with a role in the whole organization and a token to sign in with. */
export async function newcomer(admin: ApiClient, name: string, role: string) {
  const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.com`;
  const { id } = must(await admin('POST', '/v1/users', { name, email }), 201);
  must(await admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: id, role }), 201);
  const { token } = must(await admin('POST', '/v1/tokens', { name: 'browser', userId: id }), 201);
  return { id: String(id), token: String(token) };
}
