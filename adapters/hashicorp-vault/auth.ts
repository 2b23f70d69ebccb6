import { trimSlashes } from '../lib/safe-path.ts';
import { TransportFailure } from '../lib/transport-failure.ts';
import { VaultError } from '../vault-error.ts';
import { loginFacts, type TokenFacts } from './answers.ts';
import type { VaultClient } from './client.ts';
import { classify, isVaultDenial } from './errors.ts';
import type { HashicorpVaultSettings } from './settings.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { Refusal } from './transport.ts';

const LOGIN_DEADLINE_MS = 10_000;
const GOODBYE_DEADLINE_MS = 500;

/** Who we are at the vault: a token that was given, or one from an AppRole login that is renewed and replaced. */
export interface Session {
  /** A token that should be good now. Logs in when there is none; everybody who waits shares one login. */
  token(signal: AbortSignal): Promise<string>;
  /**
   * What a 403 for this token meant, since Vault answers 403 for a bad token and for a missing right alike: asks
   * `auth/token/lookup-self`, which the default policy lets every valid token do. `denied`: the token is good.
   * `renewed`: it was not, and there is another now. Else throws `unauthenticated`.
   */
  explainDenial(operation: string, token: string, signal: AbortSignal): Promise<'denied' | 'renewed'>;
  /** Ends renewal; a token we got by logging in is revoked, if the vault answers quickly. */
  close(): Promise<void>;
}

export function createSession(settings: HashicorpVaultSettings, client: VaultClient): Session {
  const ending = new AbortController();
  const keeper = createTokenKeeper(client, ending.signal);
  let login: Promise<TokenFacts> | undefined;
  let watching = false;

  const loggedIn = (operation: string): Promise<TokenFacts> => {
    login ??= logIn(
      settings,
      client,
      operation,
      AbortSignal.any([ending.signal, AbortSignal.timeout(LOGIN_DEADLINE_MS)]),
    )
      .then((facts) => {
        keeper.keep(facts);
        return facts;
      })
      .finally(() => {
        login = undefined;
      });
    return login;
  };

  const current = (): string | undefined => {
    if (settings.token === undefined) return keeper.current();
    if (!watching) {
      watching = true;
      keeper.watch(settings.token).catch((error: unknown) => {
        // A vault that was away is asked again with the next call.
        watching = isVaultDenial(error);
      });
    }
    return settings.token;
  };

  return {
    async token(signal) {
      return current() ?? (await orAborted(loggedIn('login'), signal)).token;
    },
    async explainDenial(operation, token, signal) {
      if (settings.token === undefined && keeper.current() !== token) return 'renewed';
      try {
        await client.get('auth/token/lookup-self', { token, signal });
        return 'denied';
      } catch (error) {
        if (!isVaultDenial(error)) throw classify(error, operation, false);
      }
      if (settings.token !== undefined) throw new VaultError('unauthenticated', operation);
      keeper.drop(token);
      await orAborted(loggedIn(operation), signal);
      return 'renewed';
    },
    async close() {
      ending.abort();
      const token = settings.token === undefined ? keeper.current() : undefined;
      keeper.close();
      if (token === undefined) return;
      const signal = AbortSignal.timeout(GOODBYE_DEADLINE_MS);
      await client.post('auth/token/revoke-self', {}, { token, signal }).catch(() => undefined);
    },
  };
}

/** https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle */
async function logIn(
  settings: HashicorpVaultSettings,
  client: VaultClient,
  operation: string,
  signal: AbortSignal,
): Promise<TokenFacts> {
  const mount = trimSlashes(settings.authMount ?? 'approle');
  const credential = { role_id: settings.roleId, secret_id: settings.secretId };
  let body: unknown;
  try {
    body = await client.post(`auth/${mount}/login`, credential, { signal });
  } catch (error) {
    // A wrong RoleID or SecretID is a 400 ("invalid role or secret ID"), a wrong source address a 403.
    const refused = error instanceof Refusal && (error.status === 400 || error.status === 403);
    if (refused) throw new VaultError('unauthenticated', operation);
    const late = error instanceof TransportFailure && error.reason === 'aborted';
    throw late ? new VaultError('timeout', operation) : classify(error, operation, false);
  }
  const facts = loginFacts(body);
  if (!facts) throw new VaultError('unknown', operation);
  return facts;
}

/** Waits for work that others share, no longer than our own caller wants. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new TransportFailure('aborted', false));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
