import type { MissingRight } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { SecretsApi } from './api.ts';
import type { KubernetesAttributes } from './attributes.ts';

interface Need {
  readonly verb: string;
  readonly needed: MissingRight['needed'];
  /** Can be granted for that Secret alone. */
  readonly named?: boolean;
}

const ENTRY_NEEDS: readonly Need[] = [
  { verb: 'list', needed: 'list' },
  { verb: 'get', needed: 'read' },
  { verb: 'create', needed: 'write' },
  { verb: 'update', needed: 'write' },
  { verb: 'update', needed: 'label' },
  { verb: 'delete', needed: 'remove' },
];

/** RBAC cannot name what does not exist yet, so that `create` is for the whole namespace. */
const SHARED_NEEDS: readonly Need[] = [
  { verb: 'get', needed: 'list', named: true },
  { verb: 'get', needed: 'read', named: true },
  { verb: 'create', needed: 'write' },
  { verb: 'update', needed: 'write', named: true },
  { verb: 'update', needed: 'label', named: true },
  { verb: 'update', needed: 'remove', named: true },
];

/** Asks for each verb, and then tries a creation without storing it, because rights do not tell whether there is a namespace. */
export async function checkPlace(
  api: SecretsApi,
  { layout, secretName }: KubernetesAttributes,
  signal: AbortSignal,
): Promise<readonly MissingRight[]> {
  const context = { operation: 'check', signal };
  const needs = layout === 'shared' ? SHARED_NEEDS : ENTRY_NEEDS;
  const names = new Map(needs.map(({ verb, named }) => [verb, named ? secretName : undefined]));
  const held = new Map(
    await Promise.all([...names].map(async ([verb, name]) => [verb, await api.allows(verb, name, context)] as const)),
  );
  const missing = needs.filter(({ verb }) => !held.get(verb));
  if (held.get('create') && !(await api.tryCreate(context))) throw new VaultError('invalid_argument', 'check');
  return missing.map(({ verb, needed }) => ({ right: `${verb} secrets`, needed }));
}
