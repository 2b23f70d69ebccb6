import * as gax from 'google-gax';
import type { Egress } from '../adapter.ts';
import { TransportFailure } from '../lib/transport-failure.ts';
import { CHECKED_SCHEME, EGRESS_OPTION } from './checked-resolver.ts';
import type { Endpoint } from './endpoint.ts';
import { Refusal, StrangeAnswer, statusOfNumber } from './errors.ts';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const STRANGE_STATUS = /^Received HTTP status code ([1-5][0-9][0-9])$/;

type Callback = (error: unknown, response?: unknown) => void;
type Method = (request: unknown, metadata: unknown, options: unknown, callback: Callback) => gax.grpc.ClientUnaryCall;

/**
 * The library's gRPC, with a channel of ours: addresses through the egress, one certificate authority, no proxy, no retries,
 * no client certificate of the environment (its own `createStub` looks for all of these), and with errors that say how far the
 * request came.
 */
export function grpcClientFor(endpoint: Endpoint, caCert: string | undefined, egress: Egress): typeof gax.GrpcClient {
  return class extends gax.GrpcClient {
    override async createStub(CreateStub: typeof gax.ClientStub): Promise<gax.ClientStub> {
      const { credentials } = gax.grpc;
      const authorities = caCert === undefined ? null : Buffer.from(caCert);
      const channel = endpoint.secure ? credentials.createSsl(authorities) : credentials.createInsecure();
      const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
      const stub = new CreateStub(`${CHECKED_SCHEME}:${host}:${endpoint.port}`, channel, {
        [EGRESS_OPTION]: egress,
        'grpc.enable_http_proxy': 0,
        'grpc.enable_retries': 0,
        'grpc.use_local_subchannel_pool': 1,
        'grpc.service_config_disable_resolution': 1,
        'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 2_000,
        // An idle channel closes, and its next connection is checked again.
        'grpc.client_idle_timeout_ms': 60_000,
      });
      return withFailures(stub);
    }
  };
}

/** The same stub; its methods tell a {@link Refusal}, a {@link StrangeAnswer} or a {@link TransportFailure}. */
function withFailures(stub: gax.ClientStub): gax.ClientStub {
  return new Proxy(stub, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name === 'close') return () => target.close();
      const method = member.bind(target) as Method;
      return (request: unknown, metadata: unknown, options: unknown, callback: Callback) => {
        let head: gax.grpc.Metadata | undefined;
        const call = method(request, metadata, options, (error, response) => {
          if (error) callback(failureOf(error, head, wasSent(call)));
          else callback(null, response);
        });
        call.on('metadata', (received) => {
          head = received;
        });
        return call;
      };
    },
  });
}

/** Until a connection is chosen for it, a call's peer is the channel's own target. */
function wasSent(call: gax.grpc.ClientUnaryCall): boolean {
  return !call.getPeer().startsWith(`${CHECKED_SCHEME}:`);
}

/**
 * A status is the service's own when it came in gRPC's own type of answer, whose head came before or, with nothing else in
 * it, is the error's. All others were made up by the library here: nobody there, a broken connection, an HTTP status of
 * something in between, or bytes that it could not read.
 */
function failureOf(error: unknown, head: gax.grpc.Metadata | undefined, sent: boolean): Error {
  const { code, details = '', metadata } = error as Partial<gax.grpc.ServiceError>;
  const status = statusOfNumber(code);
  if (!sent) return new TransportFailure(status === 'PERMISSION_DENIED' ? 'forbidden' : 'unreachable', false);
  if (details.startsWith('Received message larger')) return new TransportFailure('garbled', true);
  const answered = [head, metadata].some((one) => one !== undefined && isGrpc(one));
  if (status !== undefined && answered) return refusalOf(status, error);
  const strange = STRANGE_STATUS.exec(details)?.[1];
  if (strange !== undefined) return new StrangeAnswer(Number(strange));
  if (status === 'DEADLINE_EXCEEDED') return new TransportFailure('timeout', true);
  const broken = head === undefined && (status === 'UNAVAILABLE' || status === 'INTERNAL');
  return new TransportFailure(broken ? 'broken' : 'garbled', true);
}

function isGrpc(metadata: gax.grpc.Metadata): boolean {
  return metadata.get('content-type').some((type) => String(type).startsWith('application/grpc'));
}

/** The wait and the reason are in `grpc-status-details-bin`, which the library decodes (google/rpc/error_details.proto). */
function refusalOf(status: NonNullable<ReturnType<typeof statusOfNumber>>, error: unknown): Refusal {
  const { statusDetails, reason } = gax.GoogleError.parseGRPCStatusDetails(error as gax.GoogleError);
  const details: readonly unknown[] = Array.isArray(statusDetails) ? statusDetails : [];
  return new Refusal(
    status,
    details.map(waitOf).find((wait) => wait !== undefined),
    reason,
  );
}

function waitOf(detail: unknown): number | undefined {
  const { retryDelay } = detail as { readonly retryDelay?: { readonly seconds?: unknown; readonly nanos?: unknown } };
  if (!retryDelay) return undefined;
  const wait = Number(retryDelay.seconds ?? 0) * 1000 + Number(retryDelay.nanos ?? 0) / 1e6;
  return Number.isFinite(wait) && wait >= 0 ? Math.ceil(wait) : undefined;
}
