import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { VaultError } from '../vault-error.ts';

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet replaces a token long before its end; client-go looks once a minute as well. */
const TOKEN_AGE_MS = 60_000;

export const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Who we are at the API server. */
export interface Session {
  headers(): Promise<Readonly<Record<string, string>>>;
  /** After a 401: is there another credential now than the one that was refused? */
  refresh(): Promise<boolean>;
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
    async refresh() {
      const before = held?.token;
      return (await read()) !== before;
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

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
