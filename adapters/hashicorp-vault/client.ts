import nodeVault from 'node-vault';
import type { Egress } from '../adapter.ts';
import { createTransport, type VendorRequest } from './transport.ts';

/** Headers and signal of one request. `token` is absent for a login. */
export interface RequestContext {
  readonly token?: string;
  readonly signal: AbortSignal;
}

/**
 * The few calls we make, on node-vault's `read`, `write`, `list`, `delete` and `request`. They return the parsed body of a 200 or
 * 204 and throw `Refusal` or `TransportFailure`. Paths come encoded and without a leading slash.
 */
export interface VaultClient {
  get(path: string, context: RequestContext): Promise<unknown>;
  post(path: string, body: object, context: RequestContext): Promise<unknown>;
  /** A JSON merge patch (RFC 7396). */
  patch(path: string, body: object, context: RequestContext): Promise<unknown>;
  list(path: string, context: RequestContext): Promise<unknown>;
  delete(path: string, context: RequestContext): Promise<unknown>;
  close(): void;
}

export interface VaultClientOptions {
  /** `scheme://host[:port]`. */
  readonly origin: string;
  /** Empty for the root namespace. */
  readonly namespace: string;
  readonly caCert: string | undefined;
  readonly egress: Egress;
}

export function createVaultClient({ origin, namespace, caCert, egress }: VaultClientOptions): VaultClient {
  const transport = createTransport(origin, caCert, egress);
  const vendor = nodeVault({
    endpoint: origin,
    apiVersion: 'v1',
    noCustomHTTPVerbs: true,
    // Its own debug output, switched on by a DEBUG variable, prints what is written.
    debug: () => {},
    'request-promise': { defaults: () => transport.send },
  });
  // node-vault fills what is empty from VAULT_TOKEN, VAULT_NAMESPACE and VAULT_PREFIX; our headers come per request.
  Object.assign(vendor, { endpoint: origin, token: '', namespace: '', pathPrefix: '' });

  const options = ({ token, signal }: RequestContext): Pick<VendorRequest, 'headers' | 'signal'> => ({
    signal,
    headers: {
      // Agents and proxies can demand it; see "require_request_header" in the Vault Agent listener's documentation.
      'X-Vault-Request': 'true',
      ...(token && { 'X-Vault-Token': token }),
      ...(namespace && { 'X-Vault-Namespace': namespace }),
    },
  });

  return {
    get: (path, context) => vendor.read(path, options(context)),
    post: (path, body, context) => vendor.write(path, body, options(context)),
    // Its own `update` drops the headers of the request, the token among them.
    patch(path, body, context) {
      const { headers, signal } = options(context);
      const patchHeaders = { ...headers, 'content-type': 'application/merge-patch+json' };
      return vendor.request({ path: `/${path}`, method: 'PATCH', json: body, headers: patchHeaders, signal });
    },
    list: (path, context) => vendor.list(path, options(context)),
    delete: (path, context) => vendor.delete(path, options(context)),
    close: () => transport.close(),
  };
}
