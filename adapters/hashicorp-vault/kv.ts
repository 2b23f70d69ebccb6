import type { EntryPath } from '../adapter.ts';
import { encodePath } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import type { Session } from './auth.ts';
import type { RequestContext, VaultClient } from './client.ts';
import { classify, isVaultDenial } from './errors.ts';

/** One request of one operation: classified errors, the session's token, and one more try after an expired token. */
export interface Kv {
  /** For requests that change nothing: `maybeApplied` is always false. */
  ask(operation: string, signal: AbortSignal, send: Send): Promise<unknown>;
  /** For requests that change something. Sent once; only a 403 of Vault itself, which changed nothing, is sent again. */
  change(operation: string, signal: AbortSignal, send: Send): Promise<unknown>;
  readonly place: KvPlace;
  /** The path of one of the KV version 2 endpoints for an entry, or for the folder of all entries. */
  path(endpoint: 'data' | 'metadata' | 'delete' | 'undelete' | 'destroy', entry: EntryPath): string;
}

/** Where a profile's entries lie; both encoded. */
export interface KvPlace {
  readonly mount: string;
  /** Folder of the mount; empty for the mount itself. */
  readonly folder: string;
}

type Send = (client: VaultClient, context: RequestContext) => Promise<unknown>;

export function createKv(client: VaultClient, session: Session, place: KvPlace): Kv {
  const request = async (operation: string, mutates: boolean, signal: AbortSignal, send: Send): Promise<unknown> => {
    try {
      const token = await session.token(signal);
      try {
        return await send(client, { token, signal });
      } catch (error) {
        if (!isVaultDenial(error)) throw error;
        if ((await session.explainDenial(operation, token, signal)) === 'denied') throw error;
      }
      return await send(client, { token: await session.token(signal), signal });
    } catch (error) {
      throw classify(error, operation, mutates);
    }
  };
  return {
    ask: (operation, signal, send) => request(operation, false, signal, send),
    change: (operation, signal, send) => request(operation, true, signal, send),
    place,
    path: (endpoint, entry) =>
      [place.mount, endpoint, place.folder, entry === '' ? '' : encodePath(entry)].filter(Boolean).join('/'),
  };
}

/** The body in the form the operation needs, or `unknown`: a 200 that is not Vault's proves nothing. */
export function demandAnswer<T>(facts: T | undefined, operation: string, mutates: boolean): T {
  if (facts === undefined) throw new VaultError('unknown', operation, { maybeApplied: mutates });
  return facts;
}
