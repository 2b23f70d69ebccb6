import { type ErrorCode, KeyferryError } from '../client/keyferry.ts';

/**
 * How the command line tool ends. Scripts rely on these: a number is never given another meaning.
 *
 * `keyferry run` ends as its command does: with its code, or with 128 and the number of the signal that ended it; 126 when
 * it cannot be started, 127 when there is none.
 */
export const EXIT = {
  /** Done; or the request was taken and waits for approval, as the output says. */
  done: 0,
  /** Something that nobody foresaw. */
  failed: 1,
  /** The command, an argument or a value is not valid. */
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  /** There is no such thing, or not for you. */
  notFound: 4,
  /** It is not possible in the present state: exists already, another version, protected, in use. */
  conflict: 5,
  /** The API or a vault does not answer, or not in time. */
  unavailable: 6,
  /** What was waited for ended another way: rejected, expired, failed. */
  notApplied: 7,
  /** A check found something wrong. */
  unsound: 8,
  /** Broken off with Ctrl-C. */
  interrupted: 130,
} as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure that the tool itself finds, with what to do about it. Never holds a value. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  /** What to do about it: a command or a sentence; several lines if need be. */
  readonly next: string;

  constructor(exitCode: number, message: string, next: string) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }
}

const BY_CODE: Partial<Record<ErrorCode, ExitCode>> = {
  unauthenticated: EXIT.denied,
  not_eligible: EXIT.denied,
  protected: EXIT.conflict,
  no_source_profile: EXIT.usage,
  not_applied: EXIT.notApplied,
  network: EXIT.unavailable,
  timeout: EXIT.unavailable,
  vault_denied: EXIT.unavailable,
};

const BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.usage,
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  405: EXIT.usage,
  409: EXIT.conflict,
  410: EXIT.conflict,
  412: EXIT.conflict,
  413: EXIT.usage,
  415: EXIT.usage,
  422: EXIT.usage,
  429: EXIT.unavailable,
  502: EXIT.unavailable,
  503: EXIT.unavailable,
  504: EXIT.unavailable,
};

/** The code for a failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof KeyferryError)) return EXIT.failed;
  if (error.code === 'not_found' && error.status === 0) return EXIT.notFound;
  return BY_CODE[error.code] ?? BY_STATUS[error.status] ?? EXIT.failed;
}
