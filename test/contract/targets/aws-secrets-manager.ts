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
import type { ContractTarget, EntryAddresses, Fault, ForeignWriter } from '../target.ts';

/** Settings as a user gives them. */
type Settings = Readonly<Record<string, string>>;

function open(settings: Settings, ports: Partial<AdapterPorts> = {}, attributes: object = {}) {
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

const EMULATED_FAULTS: readonly Fault[] = [
  'wrongCredential',
  'noRights',
  'readRights',
  'nobodyThere',
  'tooFast',
  'silent',
  'talkative',
  'appliesThenBreaks',
  'redirects',
];

const WRONG = 'wrong/secret+access=key';

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

async function faultySettings(
  emulator: AwsEmulator,
  settings: Settings,
  fault: Fault,
  elsewhere: string,
): Promise<[Settings, () => void]> {
  const script = (rule: Parameters<AwsEmulator['script']>[0]): [Settings, () => void] => {
    const { remove } = emulator.script(rule);
    return [settings, remove];
  };
  const allowing = (...actions: string[]): [Settings, () => void] => [
    { ...settings, ...emulator.identities.createKey({ actions }) },
    () => {},
  ];
  switch (fault) {
    case 'wrongCredential':
      return [{ ...settings, secretAccessKey: WRONG }, () => {}];
    case 'noRights':
      return allowing();
    case 'readRights':
      return allowing('ListSecrets', 'DescribeSecret', 'GetSecretValue');
    case 'redirects':
      return script({ steps: { redirect: `${elsewhere}/` } });
    case 'nobodyThere': {
      const other = await startAwsEmulator();
      await other.close();
      return [{ ...settings, endpoint: other.url }, () => {}];
    }
    case 'tooFast': {
      const body = { __type: 'ThrottlingException', message: 'Rate exceeded' };
      return script({ steps: { status: 400, headers: { 'retry-after': '3' }, body } });
    }
    case 'silent':
      return script({ steps: 'hang' });
    case 'talkative': {
      const talk: { status: number; body: unknown } = { status: 500, body: undefined };
      return script({
        when: ({ body, headers }) => {
          talk.body = { __type: 'InternalServiceError', message: `${body} ${JSON.stringify(headers)}` };
          return true;
        },
        steps: talk,
      });
    }
    case 'appliesThenBreaks':
      return script({ when: (request) => actionOf(request) === 'CreateSecret', steps: 'apply-then-reset', count: 1 });
  }
}

/** The real SDK against the emulator, whose pages are short and whose names stay blocked for a moment after a removal. */
export const awsEmulatorTarget: ContractTarget = {
  kind: 'aws-secrets-manager',
  name: 'aws-secrets-manager (emulator)',
  faults: EMULATED_FAULTS,
  async start() {
    const emulator = await startAwsEmulator({ pageSize: 7, releaseMs: 60 });
    const settings: Settings = {
      region: emulator.region,
      endpoint: emulator.url,
      authMethod: 'keys',
      ...emulator.key,
    };
    return {
      prefix: 'contract',
      credentials: [emulator.key.accessKeyId, emulator.key.secretAccessKey, WRONG],
      open: (ports) => open(settings, ports),
      openAt: (host, ports) => open({ ...settings, endpoint: `http://${host}:${emulator.port}` }, ports),
      arrivals: () => emulator.connections,
      changes: () => emulator.journal.length,
      addresses: addressesOf(emulator, settings),
      async openFaulty(fault, elsewhere = 'http://127.0.0.1:9') {
        const [faulty, restore] = await faultySettings(emulator, settings, fault, elsewhere);
        const adapter = await open(faulty);
        const close = async () => {
          restore();
          await adapter.close();
        };
        return { ...adapter, close };
      },
      foreign: foreignWriter(settings),
      stop: () => emulator.close(),
    };
  },
};

const {
  CONTRACT_AWS_REGION: region,
  CONTRACT_AWS_ENDPOINT: endpoint,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
} = process.env;

/** A real account; also reads `CONTRACT_AWS_ENDPOINT` and `AWS_SESSION_TOKEN`. */
export const awsLiveTarget: ContractTarget = {
  kind: 'aws-secrets-manager',
  name: 'aws-secrets-manager (live)',
  faults: ['wrongCredential', 'nobodyThere'],
  ...(!(region && accessKeyId && secretAccessKey) && {
    skip: 'set CONTRACT_AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
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
      credentials: [settings.accessKeyId ?? '', settings.secretAccessKey ?? '', WRONG],
      open: (ports) => open(settings, ports),
      async openFaulty(fault) {
        if (fault === 'wrongCredential') return open({ ...settings, secretAccessKey: WRONG });
        const nobody = await startAwsEmulator();
        await nobody.close();
        return open({ ...settings, endpoint: nobody.url });
      },
      foreign: foreignWriter(settings),
      async stop() {
        const adapter = await open(settings);
        const signal = AbortSignal.timeout(25_000);
        for await (const path of adapter.list(prefix, { signal })) {
          await adapter.remove(path, { mode: 'permanent', signal });
        }
        await adapter.close();
      },
    };
  },
};
