import type { MissingRight } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { capabilitiesFor, isKvVersion2 } from './answers.ts';
import { demandAnswer, type Kv } from './kv.ts';

/** A name that no secret has, because names do not begin with a dot; nothing is ever written there. */
const PROBE = '.keyferry-check';

interface Need {
  readonly endpoint: 'data' | 'metadata' | 'delete' | 'undelete' | 'destroy';
  readonly capability: string;
  readonly needed: MissingRight['needed'];
}

/** https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2/upgrade#acl-rules; labels only ever change a key that exists. */
const NEEDS: readonly Need[] = [
  { endpoint: 'metadata', capability: 'list', needed: 'list' },
  { endpoint: 'data', capability: 'read', needed: 'read' },
  { endpoint: 'metadata', capability: 'read', needed: 'read' },
  { endpoint: 'data', capability: 'create', needed: 'write' },
  { endpoint: 'data', capability: 'update', needed: 'write' },
  { endpoint: 'metadata', capability: 'patch', needed: 'label' },
  { endpoint: 'data', capability: 'delete', needed: 'remove' },
  { endpoint: 'metadata', capability: 'delete', needed: 'remove' },
  { endpoint: 'delete', capability: 'update', needed: 'remove' },
  { endpoint: 'undelete', capability: 'update', needed: 'remove' },
  { endpoint: 'destroy', capability: 'update', needed: 'remove' },
];

/**
 * The token by `lookup-self`, its rights by `sys/capabilities-self` (the default policy lets every token ask both), the mount
 * as the vault CLI looks before it works (`sys/internal/ui/mounts/:path`). All of them only ask.
 */
export async function checkPlace(kv: Kv, signal: AbortSignal): Promise<readonly MissingRight[]> {
  try {
    await kv.ask('check', signal, (vault, context) => vault.get('auth/token/lookup-self', context));
    const missing = await missingRights(kv, signal);
    await demandMount(kv, signal).catch((error: unknown) => {
      // Without a right below it a mount is not shown; the rights are the better answer then.
      const hidden = error instanceof VaultError && error.code === 'permission_denied' && missing.length > 0;
      if (!hidden) throw error;
    });
    return missing;
  } catch (error) {
    // Not "there is none": no entry was asked for.
    const odd = error instanceof VaultError && error.code === 'not_found';
    throw odd ? new VaultError('unknown', 'check') : error;
  }
}

async function demandMount(kv: Kv, signal: AbortSignal): Promise<void> {
  const route = `sys/internal/ui/mounts/${kv.place.mount}`;
  const facts = await kv.ask('check', signal, (vault, context) => vault.get(route, context));
  if (!isKvVersion2(facts)) throw new VaultError('invalid_argument', 'check');
}

/** https://developer.hashicorp.com/vault/api-docs/system/capabilities-self */
async function missingRights(kv: Kv, signal: AbortSignal): Promise<readonly MissingRight[]> {
  const pathOf = ({ endpoint, needed }: Need) =>
    needed === 'list' ? `${kv.path(endpoint, '')}/` : kv.path(endpoint, PROBE);
  const paths = [...new Set(NEEDS.map(pathOf))];
  const body = await kv.ask('check', signal, (vault, context) =>
    vault.post('sys/capabilities-self', { paths }, context),
  );
  const held = new Map(paths.map((path) => [path, demandAnswer(capabilitiesFor(body, path), 'check', false)]));
  return NEEDS.filter((need) => !holds(held.get(pathOf(need)) ?? [], need.capability)).map((need) => ({
    right: `${need.capability} on ${kv.path(need.endpoint, '')}/${need.needed === 'list' ? '' : '*'}`,
    needed: need.needed,
  }));
}

function holds(capabilities: readonly string[], wanted: string): boolean {
  return !capabilities.includes('deny') && (capabilities.includes('root') || capabilities.includes(wanted));
}
