import type { VaultKind } from '../../adapters/adapter.ts';
import type { EmulatedRequest } from './emulators/emulated-request.ts';
import type { ScriptedServer } from './emulators/scripted-server.ts';
import type { Step } from './emulators/scripts.ts';

/** What a request is for, at the vendor in question. `check` only asks for rights or tries without storing. */
export type Purpose = 'login' | 'check' | 'observe' | 'list' | 'write' | 'label' | 'remove';

/** Failures as the vendor itself would answer them, for scripts. */
export interface VendorReplies {
  /** The credential is accepted, and this is not allowed. */
  readonly denied: Step;
  /** The credential is no longer accepted. */
  readonly expired: Step;
  /** Too fast; `retryAfter` is the text of the header, whatever it is. */
  tooFast(retryAfter: string): Step;
  readonly serverError: Step;
  /** 404 as a proxy in between answers it: a page. */
  readonly proxyNotFound: Step;
  /** 200 with a listing of nothing. */
  readonly emptyList: Step;
  /** 200 with a body that says nothing. */
  readonly emptyBody: Step;
}

/** Everything a vault holds, bytes and metadata, every version, as the vendor shows it, by the vendor's name of the entry. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** How a broker reaches the vault behind a bench, and what tests of the whole product do to it. */
export interface VaultWorld extends Pick<ScriptedServer, 'script' | 'clearScripts' | 'barrier' | 'down' | 'up'> {
  readonly kind: VaultKind;
  /** `settings` of `POST /v1/vaults`, credentials included. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `attributes` of `POST /v1/vault-profiles`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly credential: WorldCredential;
  readonly replies: VendorReplies;
  classify(request: EmulatedRequest): Purpose;
  /** Every request that arrived so far and was for this. */
  arrived(purpose: Purpose): number;
  snapshot(): Promise<Snapshot>;
  /** How many changes the vault has applied so far. */
  changes(): number;
  /** Connections accepted so far. */
  connections(): number;
}

/** The credential in a world's settings. */
export interface WorldCredential {
  /** From now on the vault does not accept it. */
  revoke(): void;
  /** The vault accepts the revoked one again. */
  restore(): void;
  /** A new one that the vault accepts, as the part of the settings that changes. */
  renewed(): Readonly<Record<string, unknown>>;
  /** Another login, one that gets sessions by itself; absent where there is none at the emulator. */
  session?(): WorldSession;
}

export interface WorldSession {
  /** The part of the settings that changes. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** No session so far is accepted any more. */
  expire(): void;
}

/** `when` of a script or a barrier: the requests with one of these purposes. */
export function requestsFor(world: Pick<VaultWorld, 'classify'>, ...purposes: readonly Purpose[]) {
  return (request: EmulatedRequest): boolean => purposes.includes(world.classify(request));
}

/** The part of a world that is the same at every scripted server. */
export function serverPart(server: ScriptedServer, classify: (request: EmulatedRequest) => Purpose) {
  const arrivals = new Map<Purpose, number>();
  server.onRequest((request) => {
    const purpose = classify(request);
    arrivals.set(purpose, (arrivals.get(purpose) ?? 0) + 1);
  });
  return {
    script: server.script,
    clearScripts: server.clearScripts,
    barrier: server.barrier,
    down: () => server.down(),
    up: () => server.up(),
    classify,
    arrived: (purpose: Purpose) => arrivals.get(purpose) ?? 0,
    changes: () => server.journal.length,
    connections: () => server.connections,
  };
}

/** A page, as proxies and load balancers answer. */
export function proxyPage(status: number): Step {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    text: `<html><head><title>${status}</title></head><body><h1>${status}</h1><hr>proxy</body></html>`,
  };
}

/** Maps as objects, so that two snapshots can be compared and printed. */
export function plainly(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), plainly(one)]));
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainly(one)]));
}
