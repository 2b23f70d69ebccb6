import { expect, test } from 'vitest';
import { applied, isAction, openAdapter, PATH, readText, soon, startEmulator, value, vaultError } from './support.ts';

const write = { ...soon(60_000) };

test('the token of an operation is a uuid that only the operation decides, and becomes the version', async () => {
  const emulator = await startEmulator();
  const [one, other] = [await openAdapter(emulator), await openAdapter(emulator)];
  const first = await one.write('a', value('x'), { ...write, operationId: 'op-1', ifVersion: 'absent' });
  const second = await other.write('b', value('y'), { ...write, operationId: 'op-1' });
  expect(first.version).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(second.version).toBe(first.version);
  expect(emulator.secret('a')?.versions.has(first.version)).toBe(true);
});

test('a new secret gets tags, labels and key in one request; a present one keeps what it has', async () => {
  const emulator = await startEmulator();
  const settings = { authMethod: 'keys', ...emulator.key, kmsKeyId: 'alias/keyferry' };
  const adapter = await openAdapter(emulator, { settings, attributes: { tags: { 'cost-center': '42' } } });
  await adapter.write(PATH, value('x'), { ...write, operationId: 'a', ifVersion: 'absent', labels: { l: 'v' } });
  expect(applied(emulator)).toEqual(['create']);
  expect(emulator.secret(PATH)).toMatchObject({
    kmsKeyId: 'alias/keyferry',
    tags: new Map([
      ['cost-center', '42'],
      ['keyferry:l', 'v'],
    ]),
  });
  const plain = await openAdapter(emulator, { attributes: { tags: { 'cost-center': '43', other: 'x' } } });
  await plain.write(PATH, value('y'), { ...write, operationId: 'b' });
  expect(emulator.secret(PATH)?.tags.get('cost-center')).toBe('42');
  expect((await plain.head(PATH, soon())).labels).toEqual({ l: 'v' });
});

test('a compare-and-set that loses leaves nothing that anybody sees', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  const barrier = emulator.barrier({ when: isAction('PutSecretValue') });
  const late = adapter.write(PATH, value('late'), { ...write, operationId: 'b', ifVersion: version });
  await barrier.waitFor(1);
  barrier.release();
  await late;
  const moves = emulator.barrier({ when: isAction('UpdateSecretVersionStage') });
  const head = await adapter.head(PATH, soon());
  const loser = vaultError(
    adapter.write(PATH, value('loser'), { ...write, operationId: 'c', ifVersion: head.version }),
  );
  await moves.waitFor(1);
  const winner = await adapter.write(PATH, value('winner'), { ...write, operationId: 'd' });
  moves.release();
  expect(await loser).toMatchObject({ code: 'version_conflict', maybeApplied: false });
  expect(await readText(adapter)).toBe('winner');
  const labelled = [...(emulator.secret(PATH)?.versions ?? [])].filter(([, { stages }]) => stages.length > 0);
  expect(labelled.map(([id]) => id).sort()).toEqual([head.version, winner.version].sort());
});

test('versions pile up without labels of ours: forty writes keep three', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  let { version } = await adapter.write(PATH, value('0'), { ...write, operationId: 'op-0' });
  for (let index = 1; index < 40; index++) {
    const options = { ...write, operationId: `op-${index}`, ifVersion: version };
    ({ version } = await adapter.write(PATH, value(String(index)), options));
  }
  const stages = [...(emulator.secret(PATH)?.versions.values() ?? [])].flatMap((each) => each.stages);
  expect(stages.sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS', 'KEYFERRY']);
});

for (const action of ['PutSecretValue', 'UpdateSecretVersionStage', 'TagResource'] as const) {
  for (const steps of ['apply-then-reset', 'apply-then-500', 'reset'] as const) {
    test(`a conditional write whose ${action} ends with ${steps} is finished by its repetition`, async () => {
      const emulator = await startEmulator();
      const adapter = await openAdapter(emulator);
      const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
      const options = { ...write, operationId: 'b', ifVersion: version, labels: { l: 'v' } };
      const script = emulator.script({ when: isAction(action), steps, count: 1 });
      const error = await vaultError(adapter.write(PATH, value('two'), options));
      expect([error.code, error.maybeApplied, script.hits]).toEqual(['unavailable', true, 1]);
      const done = await adapter.write(PATH, value('two'), options);
      expect(done.labels).toEqual({ l: 'v' });
      expect(await adapter.head(PATH, soon())).toEqual(done);
      expect(await readText(adapter)).toBe('two');
      expect(emulator.secret(PATH)?.versions.size).toBe(2);
    });
  }
}

test('a repeated conditional write undoes nothing that came after it', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a' });
  const second = await adapter.write(PATH, value('two'), { ...write, operationId: 'b', ifVersion: version });
  await adapter.write(PATH, value('three'), { ...write, operationId: 'c', labels: { l: 'newer' } });
  const again = { ...write, operationId: 'b', ifVersion: version, labels: { l: 'older' } };
  const repeated = await adapter.write(PATH, value('two'), again);
  expect(repeated).toEqual({ ...second, labels: { l: 'newer' } });
  expect(await readText(adapter)).toBe('three');
  // Two versions later nobody can tell whether it ever was current, and it does not come back.
  await adapter.write(PATH, value('four'), { ...write, operationId: 'd' });
  const unclear = await vaultError(adapter.write(PATH, value('two'), again));
  expect(unclear).toMatchObject({ code: 'version_conflict', maybeApplied: true });
  expect((await vaultError(adapter.write(PATH, value('other'), again))).code).toBe('invalid_argument');
  expect(await readText(adapter)).toBe('four');
});

test('one operation never stands for two contents, with any condition', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { version } = await adapter.write(PATH, value('one'), { ...write, operationId: 'a', ifVersion: 'absent' });
  const absent = adapter.write(PATH, value('other'), { ...write, operationId: 'a', ifVersion: 'absent' });
  expect((await vaultError(absent)).code).toBe('invalid_argument');
  await adapter.write(PATH, value('two'), { ...write, operationId: 'b', ifVersion: version });
  const conditional = adapter.write(PATH, value('other'), { ...write, operationId: 'b', ifVersion: version });
  expect((await vaultError(conditional)).code).toBe('invalid_argument');
});

test('the same operation from two places at once is one version', async () => {
  const emulator = await startEmulator();
  const [one, other] = [await openAdapter(emulator), await openAdapter(emulator)];
  const { version } = await one.write(PATH, value('one'), { ...write, operationId: 'a' });
  const barrier = emulator.barrier({ when: isAction('UpdateSecretVersionStage') });
  const options = { ...write, operationId: 'b', ifVersion: version };
  const writes = Promise.all([one, other].map((adapter) => adapter.write(PATH, value('two'), options)));
  await barrier.waitFor(2);
  barrier.release();
  const heads = await writes;
  expect(new Set(heads.map((head) => head.version)).size).toBe(1);
  expect(await readText(one)).toBe('two');
});

test('a secret that somebody made without content is absent, and can be filled', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  const { SecretsManagerClient, CreateSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({
    region: emulator.region,
    endpoint: emulator.url,
    credentials: emulator.key,
  });
  await client.send(new CreateSecretCommand({ Name: PATH, Tags: [{ Key: 'made-by', Value: 'terraform' }] }));
  expect(await vaultError(adapter.head(PATH, soon()))).toMatchObject({ code: 'not_found', removed: undefined });
  expect((await vaultError(adapter.read(PATH, soon()))).code).toBe('not_found');
  const writers = ['a', 'b', 'c'].map((operationId) =>
    adapter.write(PATH, value(operationId), { ...write, operationId, ifVersion: 'absent', labels: { l: operationId } }),
  );
  const won = (await Promise.allSettled(writers)).flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  expect(won).toHaveLength(1);
  expect((await adapter.head(PATH, soon())).version).toBe(won[0]?.version);
  expect(emulator.secret(PATH)?.tags.get('made-by')).toBe('terraform');
});

test('reads that are old for a moment make no write fail or go back', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  let { version } = await adapter.write(PATH, value('0'), { ...write, operationId: 'op-0', ifVersion: 'absent' });
  emulator.script({ when: isAction('DescribeSecret'), steps: 'stale-read' });
  for (let index = 1; index < 5; index++) {
    const options = { ...write, operationId: `op-${index}`, ifVersion: version, labels: { l: String(index) } };
    ({ version } = await adapter.write(PATH, value(String(index)), options));
  }
  const last = await adapter.write(PATH, value('last'), { ...write, operationId: 'last', labels: { l: 'last' } });
  emulator.clearScripts();
  expect(await adapter.head(PATH, soon())).toEqual(last);
  expect(await readText(adapter)).toBe('last');
});

test('an answer of success that changed nothing is not believed where it can be told', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator);
  emulator.script({ when: isAction('CreateSecret'), steps: { status: 200, body: {} } });
  const error = await vaultError(adapter.write(PATH, value('x'), { ...write, operationId: 'a', ifVersion: 'absent' }));
  expect(error).toMatchObject({ code: 'unknown', maybeApplied: true });
  emulator.clearScripts();
  emulator.script({ when: isAction('PutSecretValue'), steps: { status: 200, body: { VersionId: 'x' } } });
  const put = await vaultError(adapter.write(PATH, value('x'), { ...write, operationId: 'a' }));
  expect(put).toMatchObject({ code: 'unknown', maybeApplied: true });
});
