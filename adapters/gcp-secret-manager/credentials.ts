import { createPrivateKey } from 'node:crypto';
import { GoogleAuth } from 'google-gax';
import { SignJWT } from 'jose';
import type { AdapterPorts } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { type GcpSecretManagerSettings, type ServiceAccount, serviceAccountOf } from './settings.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const AUDIENCE = 'https://secretmanager.googleapis.com/';
const LIFETIME_S = 3600;
const RENEWED_BEFORE_MS = 5 * 60_000;

/** Who we are: a bearer token that should be good now. */
export interface Credentials {
  /** Throws `unauthenticated` when there is none to be had. */
  token(): Promise<string>;
  /** The service does not accept this one. Returns whether another could be had. */
  drop(token: string): boolean;
}

export function createCredentials(settings: GcpSecretManagerSettings, ports: AdapterPorts): Credentials {
  if (settings.authMethod === 'ambient') {
    if (!ports.allowAmbient) throw new VaultError('permission_denied', 'open');
    return ambient();
  }
  if (settings.authMethod === 'serviceAccountKey') {
    const account = serviceAccountOf(settings.serviceAccountKey ?? '');
    if (!account) throw new VaultError('invalid_argument', 'open');
    return renewed(() => signedToken(account));
  }
  const { accessToken = '' } = settings;
  return { token: async () => accessToken, drop: () => false };
}

interface Issued {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Keeps a token until shortly before its end; everybody who waits shares one request for the next. */
function renewed(issue: () => Promise<Issued>): Credentials {
  let held: Issued | undefined;
  let issuing: Promise<Issued> | undefined;
  return {
    async token() {
      if (held && Date.now() < held.expiresAt - RENEWED_BEFORE_MS) return held.token;
      issuing ??= issue().finally(() => {
        issuing = undefined;
      });
      held = await issuing;
      return held.token;
    },
    drop(token) {
      if (held?.token === token) held = undefined;
      return true;
    },
  };
}

/**
 * A self-signed token (https://google.aip.dev/auth/4111), as the client library makes it too: no other server is asked, so
 * the addresses in a key file are of no use to anybody.
 */
async function signedToken({ email, keyId, privateKey }: ServiceAccount): Promise<Issued> {
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
    .setIssuer(email)
    .setSubject(email)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_S)
    .sign(createPrivateKey(privateKey));
  return { token, expiresAt: (now + LIFETIME_S) * 1000 };
}

/**
 * Application default credentials: a key or federation file that the environment names, or the metadata server. Asking is the
 * library's own work, as is keeping the token; it goes to addresses that only the operator of this process decides, not
 * through the egress.
 */
function ambient(): Credentials {
  let client: ReturnType<GoogleAuth['getClient']> | undefined;
  return {
    async token() {
      try {
        client ??= clientOfSurroundings();
        const headers = await (await client).getRequestHeaders(AUDIENCE);
        const token = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1];
        if (token !== undefined) return token;
      } catch {
        // The library's own error may quote a file.
      }
      client = undefined;
      throw new VaultError('unauthenticated', 'login');
    },
    drop() {
      client = undefined;
      return true;
    },
  };
}

function clientOfSurroundings(): ReturnType<GoogleAuth['getClient']> {
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  // As the client library sets it: the key of a file signs its tokens here, too.
  auth.useJWTAccessWithScope = true;
  auth.defaultServicePath = new URL(AUDIENCE).host;
  return auth.getClient();
}
