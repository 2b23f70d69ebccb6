import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto';
import type { EmulatedRequest } from './emulated-request.ts';
import { asRecord } from './gcp-secret-manager-answers.ts';

/** https://cloud.google.com/iam/docs/roles-permissions/secretmanager */
export type Permission = `secretmanager.${string}`;

export interface Caller {
  /** `all` is roles/secretmanager.admin. */
  readonly permissions: 'all' | readonly Permission[];
}

export interface GcpAccounts {
  /** Makes an access token; `token` only for a fixed one. */
  createToken(caller: Caller, token?: string): string;
  revoke(token: string): void;
  /** Makes a service account and its JSON key. */
  createServiceAccount(caller: Caller): { readonly email: string; readonly key: string; disable(): void };
  authenticate(request: EmulatedRequest): Caller | undefined;
}

interface Account {
  readonly caller: Caller;
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

export function createGcpAccounts(projectId: string): GcpAccounts {
  const tokens = new Map<string, Caller>();
  const accounts = new Map<string, Account>();
  return {
    createToken(caller, token = `ya29.${randomBytes(24).toString('base64url')}`) {
      tokens.set(token, caller);
      return token;
    },
    revoke: (token) => void tokens.delete(token),
    createServiceAccount(caller) {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const keyId = randomBytes(20).toString('hex');
      const email = `account-${accounts.size}@${projectId}.iam.gserviceaccount.com`;
      accounts.set(email, {
        caller,
        keyId,
        publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      });
      const key = JSON.stringify({
        type: 'service_account',
        project_id: projectId,
        private_key_id: keyId,
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        client_email: email,
        client_id: '1',
        token_uri: 'https://oauth2.googleapis.com/token',
        universe_domain: 'googleapis.com',
      });
      return { email, key, disable: () => void accounts.delete(email) };
    },
    authenticate(request) {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      return tokens.get(token) ?? ownerOf(accounts, token);
    },
  };
}

/**
 * A self-signed token (https://google.aip.dev/auth/4111): signed with the account's key, the account as issuer and subject,
 * either a scope or an audience, and at most an hour long.
 */
function ownerOf(accounts: ReadonlyMap<string, Account>, token: string): Caller | undefined {
  const [header = '', body = '', signature = '', ...more] = token.split('.');
  const claims = part(body);
  const account = accounts.get(String(claims.iss));
  if (!account || more.length > 0 || part(header).alg !== 'RS256' || part(header).kid !== account.keyId)
    return undefined;
  const signed = Buffer.from(`${header}.${body}`);
  if (!verify('RSA-SHA256', signed, account.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  const { sub, iss, iat, exp, scope, aud } = claims;
  const now = Date.now() / 1000;
  const timely = Number(iat) <= now + 60 && Number(exp) > now && Number(exp) - Number(iat) <= 3600;
  const scoped = scope === 'https://www.googleapis.com/auth/cloud-platform' && aud === undefined;
  return sub === iss && timely && scoped ? account.caller : undefined;
}

function part(text: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}
