import { isIP } from 'node:net';
import { grpc } from 'google-gax';
import type { Egress } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';

/** Scheme of addresses that are resolved here. */
export const CHECKED_SCHEME = 'keyferry-checked';
/** Channel option that carries the {@link Egress}. */
export const EGRESS_OPTION = 'keyferry.egress';

const PAUSE_MS = 5_000;
const FAILURE_PAUSE_MS = 500;

const { experimental, Metadata, status } = grpc;
type Resolver = grpc.experimental.Resolver;

/**
 * gRPC channels take no `lookup`, but the name resolution can be replaced. This one asks the egress each time the channel
 * wants to connect anew, and hands on nothing but addresses, so that the socket goes to exactly the one that was checked.
 * The certificate is still checked against the name.
 */
class CheckedResolver implements Resolver {
  readonly #host: string;
  readonly #port: number;
  readonly #egress: Egress;
  readonly #listener: grpc.experimental.ResolverListener;
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;

  constructor(
    target: grpc.experimental.GrpcUri,
    listener: grpc.experimental.ResolverListener,
    options: grpc.ChannelOptions,
  ) {
    const address = experimental.splitHostPort(target.path);
    this.#host = address?.host ?? '';
    this.#port = address?.port ?? 443;
    this.#listener = listener;
    this.#egress = options[EGRESS_OPTION] as Egress;
  }

  /** The channel asks again whenever a connection fails, at once and for as long as it does. */
  updateResolution(): void {
    if (this.#timer) return;
    const wait = this.#notBefore - performance.now();
    this.#timer = setTimeout(() => this.#resolve(), Math.max(0, wait));
    if (wait > 0) this.#timer.unref();
  }

  #resolve(): void {
    const question = ++this.#asked;
    const answered = (result: Parameters<grpc.experimental.ResolverListener>[0], pauseMs: number): void => {
      if (question !== this.#asked) return;
      this.#timer = undefined;
      this.#notBefore = performance.now() + pauseMs;
      this.#listener(result, {}, null, '');
    };
    addressesOf(this.#egress, this.#host).then(
      (addresses) => {
        const endpoints = addresses.map((host) => ({ addresses: [{ host, port: this.#port }] }));
        answered(experimental.statusOrFromValue(endpoints), PAUSE_MS);
      },
      (error: unknown) => {
        const code = error instanceof VaultError ? status.PERMISSION_DENIED : status.UNAVAILABLE;
        answered(experimental.statusOrFromError({ code, metadata: new Metadata(), details: '' }), FAILURE_PAUSE_MS);
      },
    );
  }

  destroy(): void {
    this.#asked++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#notBefore = 0;
  }

  static getDefaultAuthority(target: grpc.experimental.GrpcUri): string {
    return target.path;
  }
}

async function addressesOf(egress: Egress, host: string): Promise<readonly string[]> {
  egress.assertHost(host);
  if (isIP(host)) return [host];
  return new Promise((resolve, reject) => {
    egress.lookup(host, { all: true }, (error, addresses) => {
      if (error) return reject(error);
      const list = typeof addresses === 'string' ? [addresses] : addresses.map(({ address }) => address);
      if (list.length === 0) reject(new Error('no address'));
      else resolve(list);
    });
  });
}

experimental.registerResolver(CHECKED_SCHEME, CheckedResolver);
