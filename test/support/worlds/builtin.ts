import { randomUUID } from 'node:crypto';
import { builtinModule } from '../../../adapters/builtin/adapter-module.ts';
import { createBuiltinRows } from '../../../src/vaults/builtin-rows.ts';
import { fieldsOf } from '../../contract/suite.ts';
import type { Bench } from '../../contract/target.ts';
import { adapterPorts } from '../adapter-ports.ts';
import type { TestBroker } from '../test-broker.ts';
import type { VaultWorld } from '../vault-world.ts';

/**
 * The built-in vault of that name, which a running broker has or will have. It has no server: whatever would script one fails
 * the test.
 */
export function builtinBench(
  { broker, organizationId }: TestBroker,
  name: string,
): Bench & { readonly world: VaultWorld } {
  const { db, keyring } = broker;
  const rows = createBuiltinRows(db, keyring, () => organizationId);
  const vaultId = async () => {
    const [vault] = await db.query<{ id: string }>(`select id from vaults where name = $1`, [name]);
    if (vault === undefined) throw new Error('no built-in vault was made');
    return vault.id;
  };
  const none = (): never => {
    throw new Error('the built-in vault has no server to script');
  };
  return {
    prefix: '',
    credentials: [],
    async open() {
      return builtinModule.open({}, {}, adapterPorts({ vaultId: await vaultId(), builtinRows: rows }));
    },
    openFaulty: none,
    world: {
      kind: 'builtin',
      settings: {},
      attributes: {},
      credential: { revoke: none, restore: none, renewed: none },
      replies: {
        denied: 'ok',
        expired: 'ok',
        tooFast: none,
        serverError: 'ok',
        proxyNotFound: 'ok',
        emptyList: 'ok',
        emptyBody: 'ok',
      },
      script: none,
      clearScripts: () => {},
      barrier: none,
      down: none,
      up: none,
      classify: none,
      arrived: () => 0,
      changes: none,
      connections: () => 0,
      async snapshot() {
        const stored = await db.query<{ path: string }>(
          `select e.path, e.head, e.removed, e.labels, coalesce(json_agg(json_build_array(v.version, v.operation_id,
             encode(v.sealed, 'base64')) order by v.version) filter (where v.version is not null), '[]') as versions
           from builtin_entries e left join builtin_versions v using (vault_id, path)
           where e.vault_id = $1::uuid group by e.vault_id, e.path`,
          [await vaultId()],
        );
        return Object.fromEntries(stored.map(({ path, ...entry }) => [path, entry]));
      },
    },
    foreign: {
      async write(path, field, text, labels) {
        const options = { operationId: randomUUID(), ...(labels && { labels }) };
        await rows.write(await vaultId(), path, fieldsOf({ [field]: text }), options);
      },
    },
    stop: async () => {},
  };
}
