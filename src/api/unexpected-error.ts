/** PostgreSQL's classes for "not now": connection failures, no free connection, shutting down or starting up. */
const DOWN_STATES = /^(08...|53[34]00|57P0[123])$/;
const DOWN_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
/** How pg reports a lost connection without a code (pg/lib/client.js, pg-pool/index.js). */
const DOWN_MESSAGES = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'timeout exceeded when trying to connect',
]);
/** PostgreSQL's and Prisma's word for two transactions that waited for each other: this one was ended, and stored nothing. */
const DEADLOCK_CODES = new Set(['40P01', 'P2034']);
const SHORT_CODE = /^[A-Z0-9_]{2,40}$/;

/** Did the database not answer (pg and Prisma report it in their own ways)? */
export function isDatabaseDown(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (code === undefined) return thrown instanceof Error && DOWN_MESSAGES.has(thrown.message);
  return DOWN_STATES.test(code) || DOWN_CODES.has(code);
}

/** Did the request stand in another's way? Whoever sends it again finds that one gone. */
export function isDeadlock(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code !== undefined && DEADLOCK_CODES.has(code);
}

/**
 * What may be logged of an error nobody expected: its class, its code and where it was thrown. Not its message: those of
 * databases, parsers and HTTP clients quote what they were given.
 */
export function describeUnexpected(thrown: unknown): { error: string; code?: string; at?: string[] } {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const code = codeOf(thrown);
  const at = framesOf(thrown);
  return {
    error: thrown.constructor.name,
    ...(code !== undefined && SHORT_CODE.test(code) ? { code } : {}),
    ...(at.length > 0 ? { at } : {}),
  };
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Stack frames behind the message, which may have lines that look like frames. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? '';
  const messageAt = stack.indexOf(error.message);
  if (messageAt < 0) return [];
  const frames = stack.slice(messageAt + error.message.length).split('\n');
  return frames
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
