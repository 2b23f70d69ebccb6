import type { Actor } from '../access/actor.ts';
import { can } from '../access/permissions.ts';
import type { Sql } from '../db.ts';
import { invalidField } from '../errors.ts';
import { parseSecretReference, type SecretReference } from '../secrets/secret-reference.ts';
import { findSecret, findVersion } from '../secrets/secret-store.ts';
import type { RenderService } from '../templates/render-service.ts';
import type { UpdateConsumer } from './consumer-schemas.ts';
import type { Reference } from './consumer-store.ts';

export interface ResolveDeps {
  readonly db: Sql;
  readonly renders: Pick<RenderService, 'references'>;
}

/** What a consumer reads, as requests say it. */
export type Reads = Pick<UpdateConsumer, 'customer' | 'fallback' | 'references' | 'template'>;

/**
 * The secrets that are meant. Throws `invalid_input` at the reference for one that is not there or that the actor may not read, and
 * `template_invalid`.
 */
export async function resolveReferences(
  deps: ResolveDeps,
  actor: Actor,
  project: string,
  reads: Reads,
): Promise<Reference[]> {
  const names = await namesIn(deps, actor, project, reads);
  if (names.length === 0) throw invalidField('/template', 'a template that names a secret');
  const { customer, fallback } = reads;
  return Promise.all(
    names.map(async ({ path, name, selector }, at) => {
      const secret = await findSecret(deps.db, actor.organizationId, { project, path, name, customer, fallback });
      const readable = secret !== undefined && can(actor, 'secret.read_value', secret);
      const pointer = reads.template === undefined ? `/references/${at}` : '/template';
      if (!readable || secret.state !== 'active') {
        throw invalidField(pointer, 'a secret that you may read');
      }
      if (typeof selector === 'number' && (await findVersion(deps.db, secret.id, selector))?.state === 'destroyed') {
        throw invalidField(pointer, 'a version that was not destroyed');
      }
      return { secretId: secret.id, selector: String(selector ?? 'latest_enabled') };
    }),
  );
}

async function namesIn(
  { renders }: ResolveDeps,
  actor: Actor,
  project: string,
  { references = [], template, customer, fallback }: Reads,
): Promise<readonly SecretReference[]> {
  if (template !== undefined) return renders.references(actor, { project, template, customer, fallback });
  return references.map((text, at) => {
    const parsed = parseSecretReference(text);
    if (parsed === undefined) throw invalidField(`/references/${at}`, '`folder/name`, maybe with a version behind `@`');
    return parsed;
  });
}
