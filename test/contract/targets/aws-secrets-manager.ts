import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { AdapterPorts } from '../../../adapters/adapter.ts';
import { awsSecretsManagerModule } from '../../../adapters/aws-secrets-manager/adapter-module.ts';
import { adapterPorts } from '../../support/adapter-ports.ts';
import { type AwsEmulator, actionOf, startAwsEmulator } from '../../support/emulators/aws-secrets-manager.ts';
import type { VaultWorld } from '../../support/vault-world.ts';
import { awsWorld } from '../../support/worlds/aws-secrets-manager.ts';
import { EMULATED_FAULTS, type FaultyWays, openFaulty, WRONG_CREDENTIAL } from '../emulated-faults.ts';
import { sweep } from '../sweep.ts';
import type { ContractTarget, EntryAddresses, ForeignWriter } from '../target.ts';

/** Settings as a user gives them. */
type Settings = Readonly<Record<string, string>>;

function open(settings: Readonly<Record<string, unknown>>, ports: Partial<AdapterPorts> = {}, attributes: object = {}) {
  const { settings: schema, attributes: shape } = awsSecretsManagerModule;
  return awsSecretsManagerModule.open(schema.parse(settings), shape.parse(attributes), adapterPorts(ports));
}

/** Somebody with the SDK, who also puts a tag, a description, a key and a staging label of their own on a secret. */
function foreignWriter({ region = '', endpoint, accessKeyId = '', secretAccessKey = '', sessionToken }: Settings) {
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const client = new SecretsManagerClient({ region, credentials, ...(endpoint !== undefined && { endpoint }) });
  const describe = (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId }));
  const foreign: ForeignWriter = {
    async write(path, field, text) {
      const content = { SecretString: JSON.stringify({ [field]: text }), ClientRequestToken: randomUUID() };
      try {
        await client.send(new CreateSecretCommand({ Name: path, ...content }));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
        await client.send(new PutSecretValueCommand({ SecretId: path, ...content }));
      }
    },
    async decorate(path) {
      const Tags = [
        { Key: 'team', Value: 'blue green' },
        { Key: 'keyferryish', Value: 'not ours' },
        { Key: 'keyferry:@zz', Value: 'not ours either' },
      ];
      await client.send(new TagResourceCommand({ SecretId: path, Tags }));
      await client.send(new UpdateSecretCommand({ SecretId: path, Description: 'by hand' }));
      const [current] = Object.keys((await describe(path)).VersionIdsToStages ?? {});
      const label = { SecretId: path, VersionStage: 'THEIRS', ...(current && { MoveToVersionId: current }) };
      await client.send(new UpdateSecretVersionStageCommand(label));
    },
    async decorations(path) {
      const { ARN, Description, KmsKeyId, Tags = [], VersionIdsToStages = {} } = await describe(path);
      const versions = Object.entries(VersionIdsToStages).filter(([, stages]) => stages?.includes('THEIRS'));
      const tags = Tags.filter(({ Key = '' }) => !/^keyferry:[a-z]/.test(Key)).map(({ Key, Value }) => [Key, Value]);
      return { ARN, Description, KmsKeyId, tags: tags.sort(), theirs: versions.map(([id]) => id) };
    },
  };
  return foreign;
}

function addressesOf(emulator: AwsEmulator, settings: Settings): EntryAddresses {
  const { port, identities, account } = emulator;
  const other = identities.createKey();
  const path = 'contract/same/entry';
  return {
    same: [
      { settings, attributes: {}, path },
      { settings, attributes: { prefix: 'contract' }, path: 'same/entry' },
      { settings, attributes: { prefix: 'contract/same//' }, path: 'entry' },
      { settings: { ...settings, endpoint: `HTTP://127.1:${port}/` }, attributes: {}, path },
      { settings: { ...settings, endpoint: `http://LOCALHOST:${port}` }, attributes: {}, path },
      { settings: { ...settings, ...other, accountId: account }, attributes: { encoding: 'json' }, path },
    ],
    others: [
      { settings, attributes: {}, path: 'contract/same/Entry' },
      { settings, attributes: { prefix: '/contract' }, path: 'same/entry' },
      { settings, attributes: { prefix: 'contract/same' }, path: 'same/entry' },
    ],
  };
}

function faultyWays(emulator: AwsEmulator, world: VaultWorld, settings: Settings): FaultyWays {
  const limited = (...actions: string[]) => ({ ...emulator.identities.createKey({ actions }) });
  return {
    world,
    open: (change) => open({ ...settings, ...change }),
    credential(fault) {
      if (fault === 'wrongCredential') return { secretAccessKey: WRONG_CREDENTIAL };
      return fault === 'noRights' ? limited() : limited('ListSecrets', 'DescribeSecret', 'GetSecretValue');
    },
    async another() {
      const server = await startAwsEmulator();
      return { server, settings: { endpoint: server.url } };
    },
    talk: (message) => ({ status: 500, body: { __type: 'InternalServiceError', message } }),
    appliesThenBreaks: {
      when: (request) => actionOf(request) === 'CreateSecret',
      steps: 'apply-then-reset',
      count: 1,
    },
  };
}

/** The real SDK against the emulator, whose pages are short and whose names stay blocked for a moment after a removal. */
export const awsEmulatorTarget: ContractTarget = {
  module: awsSecretsManagerModule,
  name: 'aws-secrets-manager (emulator)',
  column: 'aws',
  tier: 'emulated',
  faults: EMULATED_FAULTS,
  async start() {
    const emulator = await startAwsEmulator({ pageSize: 7, releaseMs: 60 });
    const settings: Settings = {
      region: emulator.region,
      endpoint: emulator.url,
      authMethod: 'keys',
      ...emulator.key,
    };
    const world = awsWorld(emulator);
    const ways = faultyWays(emulator, world, settings);
    return {
      prefix: 'contract',
      world,
      credentials: [emulator.key.accessKeyId, emulator.key.secretAccessKey, WRONG_CREDENTIAL],
      open: (ports) => open(settings, ports),
      openAt: (host, ports) => open({ ...settings, endpoint: `http://${host}:${emulator.port}` }, ports),
      arrivals: () => emulator.connections,
      changes: () => emulator.journal.length,
      addresses: addressesOf(emulator, settings),
      openFaulty: (fault, elsewhere) => openFaulty(ways, fault, elsewhere),
      foreign: foreignWriter(settings),
      stop: () => emulator.close(),
    };
  },
};

const {
  CONTRACT_AWS_REGION: region,
  CONTRACT_AWS_ENDPOINT: endpoint,
  CONTRACT_AWS_ACCESS_KEY_ID: accessKeyId,
  CONTRACT_AWS_SECRET_ACCESS_KEY: secretAccessKey,
  CONTRACT_AWS_SESSION_TOKEN: sessionToken,
} = process.env;

/** A real account; also reads `CONTRACT_AWS_ENDPOINT` and `CONTRACT_AWS_SESSION_TOKEN`. */
export const awsLiveTarget: ContractTarget = {
  module: awsSecretsManagerModule,
  name: 'aws-secrets-manager (live)',
  column: 'aws live',
  tier: 'live',
  faults: ['wrongCredential', 'nobodyThere'],
  ...(!(region && accessKeyId && secretAccessKey) && {
    skip: 'set CONTRACT_AWS_REGION, CONTRACT_AWS_ACCESS_KEY_ID and CONTRACT_AWS_SECRET_ACCESS_KEY',
  }),
  async start() {
    const settings: Settings = {
      region: region ?? '',
      authMethod: 'keys',
      accessKeyId: accessKeyId ?? '',
      secretAccessKey: secretAccessKey ?? '',
      ...(endpoint !== undefined && { endpoint }),
      ...(sessionToken !== undefined && { sessionToken }),
    };
    const prefix = `keyferry-contract/${randomUUID()}`;
    return {
      prefix,
      credentials: [settings.accessKeyId ?? '', settings.secretAccessKey ?? '', WRONG_CREDENTIAL],
      open: (ports) => open(settings, ports),
      async openFaulty(fault) {
        if (fault === 'wrongCredential') return open({ ...settings, secretAccessKey: WRONG_CREDENTIAL });
        const nobody = await startAwsEmulator();
        await nobody.close();
        return open({ ...settings, endpoint: nobody.url });
      },
      foreign: foreignWriter(settings),
      stop: () => sweep(open(settings), prefix),
    };
  },
};
