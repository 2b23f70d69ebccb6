import { JSON_TYPE } from '../emulators/aws-answers.ts';
import { type AwsEmulator, actionOf } from '../emulators/aws-secrets-manager.ts';
import type { EmulatedRequest } from '../emulators/emulated-request.ts';
import { type Purpose, plainly, proxyPage, serverPart, type VaultWorld, type VendorReplies } from '../vault-world.ts';

/** The account of the emulator, with an access key of its own. */
export function awsWorld(emulator: AwsEmulator): VaultWorld {
  let key = emulator.identities.createKey();
  return {
    ...serverPart(emulator, classify),
    kind: 'aws-secrets-manager',
    settings: { region: emulator.region, endpoint: emulator.url, authMethod: 'keys', ...key },
    attributes: {},
    credential: {
      revoke: () => emulator.identities.revoke(key.accessKeyId),
      restore: () => void emulator.identities.createKey({}, key),
      renewed() {
        key = emulator.identities.createKey();
        return { ...key };
      },
      session() {
        const arn = `arn:aws:iam::${emulator.account}:role/keyferry`;
        emulator.identities.addRole({ arn });
        const settings = { ...key, roleArn: arn, stsEndpoint: emulator.url };
        return { settings, expire: () => emulator.identities.revokeSessions() };
      },
    },
    replies: REPLIES,
    snapshot: async () => plainly(emulator.stored()) as Record<string, unknown>,
  };
}

const PURPOSES: Readonly<Record<string, Purpose>> = {
  DescribeSecret: 'observe',
  GetSecretValue: 'observe',
  ListSecrets: 'list',
  CreateSecret: 'write',
  PutSecretValue: 'write',
  RestoreSecret: 'write',
  UpdateSecret: 'write',
  UpdateSecretVersionStage: 'write',
  TagResource: 'label',
  UntagResource: 'label',
  DeleteSecret: 'remove',
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/; what has no target is STS. */
function classify(request: EmulatedRequest): Purpose {
  // Rights are tried on a name that no secret has.
  if (/keyferry-check-/.test(request.body.toString())) return 'check';
  return PURPOSES[actionOf(request)] ?? 'login';
}

const refused = (type: string, message: string, status = 400) => ({
  status,
  headers: JSON_TYPE,
  body: { __type: type, message },
});

const REPLIES: VendorReplies = {
  denied: refused('AccessDeniedException', 'User is not authorized to perform this action'),
  expired: refused('ExpiredTokenException', 'The security token included in the request is expired'),
  tooFast(retryAfter) {
    const { headers, ...answer } = refused('ThrottlingException', 'Rate exceeded');
    return { ...answer, headers: { ...headers, 'retry-after': retryAfter } };
  },
  serverError: refused('InternalServiceError', 'An error occurred on the server side.', 500),
  proxyNotFound: proxyPage(404),
  emptyList: { status: 200, headers: JSON_TYPE, body: { SecretList: [] } },
  emptyBody: { status: 200, headers: JSON_TYPE, body: {} },
};
