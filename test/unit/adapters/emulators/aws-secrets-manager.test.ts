import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import {
  type AwsEmulator,
  type AwsEmulatorOptions,
  startAwsEmulator,
} from '../../../support/emulators/aws-secrets-manager.ts';

async function start(options?: AwsEmulatorOptions): Promise<{ emulator: AwsEmulator; client: SecretsManagerClient }> {
  const emulator = await startAwsEmulator(options);
  const client = clientOf(emulator);
  onTestFinished(async () => {
    client.destroy();
    await emulator.close();
  });
  return { emulator, client };
}

function clientOf({ region, url, key }: AwsEmulator, credentials: object = {}): SecretsManagerClient {
  return new SecretsManagerClient({ region, endpoint: url, credentials: { ...key, ...credentials }, maxAttempts: 1 });
}

const nameOf = (work: Promise<unknown>) =>
  work.then(
    () => 'success',
    (error: unknown) => (error instanceof Error ? error.name : 'no error'),
  );

const create = (client: SecretsManagerClient, Name: string, SecretString = 'one', ClientRequestToken = randomUUID()) =>
  client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));

test('a request that is not signed with the key, or for another service, region or session, is refused', async () => {
  const { emulator, client } = await start();
  const ask = (other: SecretsManagerClient) => nameOf(other.send(new DescribeSecretCommand({ SecretId: 'a' })));
  expect(await ask(client)).toBe('ResourceNotFoundException');
  expect(await ask(clientOf(emulator, { secretAccessKey: 'wrong' }))).toBe('InvalidSignatureException');
  expect(await ask(clientOf(emulator, { accessKeyId: 'AKIANOBODY' }))).toBe('UnrecognizedClientException');
  expect(await ask(clientOf(emulator, { sessionToken: 'made-up' }))).toBe('UnrecognizedClientException');
  expect(await ask(clientOf({ ...emulator, region: 'us-east-1' }))).toBe('InvalidSignatureException');
  const bare = await fetch(emulator.url, { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.ListSecrets' } });
  expect(bare.status).toBe(400);
  expect(await bare.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
});

test('a token is one version with one content, in both operations that make versions', async () => {
  const { client, emulator } = await start();
  const token = randomUUID();
  await create(client, 'a', 'one', token);
  expect((await create(client, 'a', 'one', token)).VersionId).toBe(token);
  expect(await nameOf(create(client, 'a', 'other', token))).toBe('ResourceExistsException');
  expect(await nameOf(create(client, 'a'))).toBe('ResourceExistsException');
  const put = (SecretString: string, ClientRequestToken: string) =>
    client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString, ClientRequestToken }));
  const second = randomUUID();
  expect((await put('two', second)).VersionStages).toEqual(['AWSCURRENT']);
  expect((await put('one', token)).VersionStages).toEqual(['AWSPREVIOUS']);
  expect(await nameOf(put('other', second))).toBe('ResourceExistsException');
  expect(emulator.journal.map(({ kind }) => kind)).toEqual(['create', 'put']);
});

test('labels move with a condition, and the previous version is known', async () => {
  const { client } = await start();
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
  await create(client, 'a', 'one', one);
  for (const [SecretString, ClientRequestToken] of [
    ['two', two],
    ['three', three],
  ] as const)
    await client.send(
      new PutSecretValueCommand({ SecretId: 'a', SecretString, ClientRequestToken, VersionStages: ['PENDING'] }),
    );
  const move = (MoveToVersionId: string, RemoveFromVersionId?: string) =>
    nameOf(
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: 'a',
          VersionStage: 'AWSCURRENT',
          MoveToVersionId,
          ...(RemoveFromVersionId && { RemoveFromVersionId }),
        }),
      ),
    );
  expect(await move(two)).toBe('InvalidParameterException');
  expect(await move(two, three)).toBe('InvalidParameterException');
  expect(await move(randomUUID(), one)).toBe('ResourceNotFoundException');
  expect(await move(two, one)).toBe('success');
  expect(await move(three, one)).toBe('InvalidParameterException');
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'a' }));
  expect(VersionIdsToStages).toEqual({ [one]: ['AWSPREVIOUS'], [two]: ['AWSCURRENT'], [three]: ['PENDING'] });
  const read = await client.send(new GetSecretValueCommand({ SecretId: 'a' }));
  expect([read.SecretString, read.VersionId]).toEqual(['two', two]);
});

test('a scheduled secret can be described and restored and nothing else, and its name stays taken', async () => {
  const { client } = await start({ releaseMs: 150 });
  const { ARN = '' } = await create(client, 'a');
  const remove = (how: object) => client.send(new DeleteSecretCommand({ SecretId: 'a', ...how }));
  expect(await nameOf(remove({ RecoveryWindowInDays: 6 }))).toBe('InvalidParameterException');
  await remove({ RecoveryWindowInDays: 7 });
  expect((await client.send(new DescribeSecretCommand({ SecretId: ARN }))).DeletedDate).toBeInstanceOf(Date);
  for (const refused of [
    client.send(new GetSecretValueCommand({ SecretId: 'a' })),
    client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'x' })),
    client.send(new TagResourceCommand({ SecretId: 'a', Tags: [{ Key: 'k', Value: 'v' }] })),
    create(client, 'a'),
    remove({}),
  ])
    expect(await nameOf(refused)).toBe('InvalidRequestException');
  expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  expect((await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))).SecretList).toHaveLength(1);
  await client.send(new RestoreSecretCommand({ SecretId: 'a' }));
  await remove({ ForceDeleteWithoutRecovery: true });
  expect(await nameOf(remove({ ForceDeleteWithoutRecovery: true }))).toBe('success');
  expect(await nameOf(remove({}))).toBe('ResourceNotFoundException');
  expect(await nameOf(create(client, 'a'))).toBe('InvalidRequestException');
  await expect.poll(() => nameOf(create(client, 'a'))).toBe('success');
});

test('pages go on where they ended, and a name filter matches the beginning', async () => {
  const { client } = await start({ pageSize: 2 });
  for (const name of ['b/1', 'a/1', 'a/2', 'a/3', 'xa/1']) await create(client, name);
  const names: string[] = [];
  let token: string | undefined;
  do {
    const filter = { Filters: [{ Key: 'name' as const, Values: ['a/'] }], ...(token && { NextToken: token }) };
    const page = await client.send(new ListSecretsCommand(filter));
    names.push(...(page.SecretList ?? []).map(({ Name = '' }) => Name));
    token = page.NextToken;
  } while (token);
  expect(names).toEqual(['a/1', 'a/2', 'a/3']);
});

test('contents, names and tags have the limits of the service', async () => {
  const { client } = await start();
  expect(await nameOf(create(client, 'a b'))).toBe('ValidationException');
  expect(await nameOf(create(client, 'a', 'x'.repeat(65_537)))).toBe('ValidationException');
  expect(await nameOf(create(client, 'a', 'x'.repeat(65_536)))).toBe('success');
  const tag = (Tags: { Key: string; Value: string }[]) =>
    nameOf(client.send(new TagResourceCommand({ SecretId: 'a', Tags })));
  expect(await tag([{ Key: 'aws:x', Value: 'y' }])).toBe('InvalidParameterException');
  expect(await tag([{ Key: 'x', Value: 'a"b' }])).toBe('InvalidParameterException');
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  expect(await tag(many(51))).toBe('LimitExceededException');
  expect(await tag(many(50))).toBe('success');
});

test('an action that is not allowed is denied before anything is looked at', async () => {
  const { emulator } = await start();
  const client = clientOf(emulator, emulator.identities.createKey({ actions: ['CreateSecret'] }));
  expect(await nameOf(client.send(new DescribeSecretCommand({ SecretId: 'a' })))).toBe('AccessDeniedException');
  const Tags = [{ Key: 'k', Value: 'v' }];
  expect(await nameOf(client.send(new CreateSecretCommand({ Name: 'a', Tags })))).toBe('AccessDeniedException');
  expect(await nameOf(create(client, 'a'))).toBe('success');
});

test('a secret holds 100 versions of one day; only older ones without a label make room', async () => {
  const { emulator, client } = await start();
  const name = 'crowded';
  const first = randomUUID();
  await client.send(new CreateSecretCommand({ Name: name, SecretString: 'x', ClientRequestToken: first }));
  const add = (token = randomUUID()) =>
    client.send(new PutSecretValueCommand({ SecretId: name, SecretString: token, ClientRequestToken: token }));
  const known = randomUUID();
  await add(known);
  for (let version = 3; version <= 100; version++) await add();
  expect(await nameOf(add())).toBe('LimitExceededException');
  // "the operation succeeds but does nothing"
  expect(await nameOf(add(known))).toBe('success');
  emulator.pass(24 * 3600 * 1000);
  for (let version = 101; version <= 198; version++) await add();
  expect(emulator.secret(name)?.versions.size).toBe(100);
  expect(emulator.secret(name)?.versions.has(first)).toBe(false);
  expect(await nameOf(add())).toBe('success');
  expect(await nameOf(add())).toBe('success');
  expect(await nameOf(add())).toBe('LimitExceededException');
});
