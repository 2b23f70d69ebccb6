import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { VISIBLE_ASCII } from '../lib/setting-schemas.ts';
import { VaultError } from '../vault-error.ts';

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet replaces a token long before its end; client-go looks once a minute as well. */
const TOKEN_AGE_MS = 60_000;

export type LoginHeaders = Readonly<Record<string, string>>;

/** Who we are at the API server. */
export interface Session {
  headers(): Promise<LoginHeaders>;
  /** After a 401 for these headers: is there another credential now? */
  refresh(refused: LoginHeaders): Promise<boolean>;
}

/** A client certificate is shown by the connection itself. */
export function certificateSession(): Session {
  return { headers: async () => ({}), refresh: async () => false };
}

export function tokenSession(token: string): Session {
  return { headers: async () => bearer(token), refresh: async () => false };
}

/** The service account of the pod we run in. */
export function serviceAccountSession(folder = SERVICE_ACCOUNT_FOLDER): Session {
  let held: { readonly token: string; readonly readAt: number } | undefined;
  const read = async (): Promise<string> => {
    const token = await readToken(path.join(folder, 'token'));
    held = { token, readAt: performance.now() };
    return token;
  };
  return {
    async headers() {
      const fresh = held !== undefined && performance.now() - held.readAt < TOKEN_AGE_MS;
      return bearer(fresh && held ? held.token : await read());
    },
    async refresh(refused) {
      return bearer(await read()).authorization !== refused.authorization;
    },
  };
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!VISIBLE_ASCII.test(token)) throw new VaultError('unauthenticated', 'login');
  return token;
}

/** The authority of the cluster, from beside the token. */
export async function serviceAccountAuthority(folder = SERVICE_ACCOUNT_FOLDER): Promise<string> {
  const pem = await readFile(path.join(folder, 'ca.crt'), 'utf8').catch(() => '');
  if (pem === '') throw new VaultError('unauthenticated', 'open');
  return pem;
}

function bearer(token: string): LoginHeaders {
  return { authorization: `Bearer ${token}` };
}
