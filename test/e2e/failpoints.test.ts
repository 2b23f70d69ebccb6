import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FAILPOINTS } from '../../src/ports.ts';
import { eventually, must } from '../support/answers.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';
import { startVaultProcess, type VaultProcess } from '../support/vault-process.ts';

/* The broker kills itself at a named step, comes back, and the vaults' journals say what really happened. */

let folder: string;
let database: ProcessDatabase;
let source: VaultProcess;
let target: VaultProcess;
let token: string;
let broker: ApiProcess;
let env: Record<string, string>;
let profiles: { sourceProfileId: string; targets: { profileId: string }[] };
let names = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-failpoints-'));
  database = await createProcessDatabase(inject('postgresUrl'));
  source = await startVaultProcess({ journalFile: path.join(folder, 'source.jsonl') });
  target = await startVaultProcess({ journalFile: path.join(folder, 'target.jsonl') });
  env = {
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: randomBytes(32).toString('base64'),
    KEYFERRY_LEASE_MS: '500',
    KEYFERRY_VAULT_SETTLE_MS: '1000',
    KEYFERRY_SCAN_INTERVAL_MS: '100',
  };
  broker = await startApiProcess(env);
  token = broker.adminToken ?? '';
  const admin = broker.api(token);
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const profileOf = async (name: string, { url, token }: VaultProcess) => {
    const settings = { address: url, authMethod: 'token', token };
    const vault = must(await admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
    return must(await admin('POST', '/v1/vault-profiles', { name, vaultId: vault.id }), 201).id as string;
  };
  profiles = {
    sourceProfileId: await profileOf('source', source),
    targets: [{ profileId: await profileOf('target', target) }],
  };
});

afterAll(async () => {
  await Promise.all([broker, source, target].map((program) => program?.stop()));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const writesAt = (vault: VaultProcess, name: string) =>
  vault.journal().filter((entry) => entry.kind === 'write' && entry.path === `secret/default/shop/${name}`).length;

const create = (api: ApiClient, name: string, key: string) =>
  api(
    'POST',
    '/v1/secrets',
    { project: 'shop', name, type: 'key_value', ...profiles, payload: { mark: `${name}-1` } },
    { 'idempotency-key': key },
  );

const update = (api: ApiClient, id: string, name: string, key: string) =>
  api('POST', `/v1/secrets/${id}/versions`, { payload: { mark: `${name}-2` } }, { 'idempotency-key': key });

/** Of other work nobody may come to the failpoint. */
async function nothingUnderWay(): Promise<void> {
  await eventually(async () => {
    const rows = await database.query(
      `select id from targets where state not in ('synced', 'removed')
       union all select id from change_requests where ended_at is null`,
    );
    return rows.length === 0;
  }, 'nothing under way');
}

/** Restarts the broker with a failpoint set, does something that reaches it, and restarts it without. */
async function dieAt(failpoint: string, act: (api: ApiClient) => Promise<ApiAnswer>): Promise<ApiAnswer | undefined> {
  await nothingUnderWay();
  const [doomed] = await Promise.all([startApiProcess({ ...env, KEYFERRY_FAILPOINT: failpoint }), broker.stop()]);
  const answer = await act(doomed.api(token)).catch(() => undefined);
  expect(await doomed.ended).toEqual({ code: null, signal: 'SIGKILL' });
  broker = await startApiProcess(env);
  return answer;
}

/** Nothing is under way, and source and target hold `versions` versions of the secret, written once each. */
async function expectWritten(id: string, name: string, versions: number): Promise<void> {
  const admin = broker.api(token);
  await eventually(async () => {
    const [row] = await database.query<{ open: number; behind: number }>(
      `select (select count(*)::int from change_requests where ended_at is null) as open,
         (select count(*)::int from targets t where t.secret_id = s.id
             and (t.state <> 'synced' or t.observed_version <> $2)) as behind
       from secrets s where s.id = $1`,
      [id, versions],
    );
    return row?.open === 0 && row.behind === 0;
  }, 'nothing under way');
  const { items } = must(await admin('GET', `/v1/secrets/${id}/versions`), 200) as { items: { version: number }[] };
  expect(items.map((item) => item.version)).toEqual(Array.from({ length: versions }, (_, index) => versions - index));
  const content = must(await admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200);
  expect(content.payload).toEqual({ mark: `${name}-${versions}` });
  expect(writesAt(source, name)).toBe(versions);
  expect(writesAt(target, name)).toBe(versions);
  for (const vault of [source, target]) {
    expect(await vault.read(`default/shop/${name}`)).toMatchObject({ data: { mark: `${name}-${versions}` } });
  }
  const [left] = await database.query<{ sealed: number; audited: number }>(
    `select count(sealed_payload)::int as sealed,
       (select count(*)::int from audit_events e where e.action = 'change.applied' and e.details->>'secretId' = $1::text) as audited
     from change_requests where secret_id = $1::uuid`,
    [id],
  );
  expect(left).toEqual({ sealed: 0, audited: versions });
  // No other test's targets may stay behind this one.
  must(await admin('POST', `/v1/secrets/${id}/destroy`, {}), 200);
  await eventually(async () => (await target.read(`default/shop/${name}`)) === undefined, 'gone from the target');
}

const WRITE = FAILPOINTS.filter((name) => name.startsWith('write.'));
/** A target is only observed first when there is nothing newer to write; see the last test. */
const SYNC = FAILPOINTS.filter((name) => name.startsWith('sync.') && name !== 'sync.after-observe');

describe('killed at every step of a write', () => {
  test.each(WRITE)('%s, updating (A1)', async (failpoint) => {
    const name = `update-${++names}`;
    const id = must(await create(broker.api(token), name, `${name}-a`), 201).secretId as string;
    const died = await dieAt(failpoint, (api) => update(api, id, name, `${name}-b`));
    // On a slow machine the lease can run out first: then a worker of the process carries on, and is killed in its place.
    expect([undefined, 202]).toContain(died?.status);
    // Never a version without its audit event and the targets' desired state.
    const [row] = await database.query<{ half: number }>(
      `select count(*)::int as half from secret_versions v where v.secret_id = $1 and (
         not exists (select 1 from audit_events e where e.action = 'change.applied' and e.object_id = v.change_id::text)
         or exists (select 1 from targets t where t.secret_id = v.secret_id and t.desired_version < v.version))`,
      [id],
    );
    expect(row?.half).toBe(0);
    const again = await eventually(async () => {
      const answer = must(await update(broker.api(token), id, name, `${name}-b`), 201, 202);
      return answer.version === null ? undefined : answer;
    }, 'the same request is answered with what it came to');
    expect(again).toMatchObject({ version: { version: 2 }, changeRequest: { state: 'applied' } });
    await expectWritten(id, name, 2);
  });

  test.each(['write.after-open', 'write.after-vault'] as const)('%s, creating (A1)', async (failpoint) => {
    const name = `create-${++names}`;
    expect(await dieAt(failpoint, (api) => create(api, name, name))).toBeUndefined();
    const made = must(await create(broker.api(token), name, name), 201);
    expect(made).toMatchObject({ version: { version: 1 } });
    await expectWritten(made.secretId as string, name, 1);
  });

  test('write.after-vault, with nobody asking again: it ends by itself', async () => {
    const name = `alone-${++names}`;
    const id = must(await create(broker.api(token), name, `${name}-a`), 201).secretId as string;
    await dieAt('write.after-vault', (api) => update(api, id, name, `${name}-b`));
    await eventually(
      async () => must(await broker.api(token)('GET', `/v1/secrets/${id}`), 200).latestVersion === 2,
      'the second version',
    );
    await expectWritten(id, name, 2);
  });
});

describe('killed at every step of a sync', () => {
  test.each(SYNC)('%s', async (failpoint) => {
    const name = `sync-${++names}`;
    const id = must(await create(broker.api(token), name, `${name}-a`), 201).secretId as string;
    await dieAt(failpoint, (api) => update(api, id, name, `${name}-b`));
    must(await update(broker.api(token), id, name, `${name}-b`), 201);
    await expectWritten(id, name, 2);
  });

  test('sync.after-observe, when asked to look at a synced target', async () => {
    const name = `observe-${++names}`;
    const id = must(await create(broker.api(token), name, name), 201).secretId as string;
    await dieAt('sync.after-observe', (api) => api('POST', `/v1/secrets/${id}/sync`, {}));
    await expectWritten(id, name, 1);
  });
});
