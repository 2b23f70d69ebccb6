import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

/** Codes of Node, PostgreSQL and our own errors; anything else in `code` is not shown. */
const CODE = /^[A-Za-z0-9_]{2,40}$/;
const FRAME = /^ {4}at .*(:\d+:\d+\)?|\(<anonymous>\)|native\)?)$/;
const MAX_CAUSES = 3;

/** What a log shows of an error. Never its message: messages of drivers, parsers and vendors quote values. */
export interface LoggedError {
  readonly name: string;
  readonly code?: string;
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
}

/** Only the frames: the head of a stack repeats the message. */
function frames(error: Error): readonly string[] {
  const stack = error.stack ?? '';
  const at = error.message === '' ? -1 : stack.indexOf(error.message);
  const tail = at < 0 ? stack : stack.slice(at + error.message.length);
  return tail
    .split('\n')
    .filter((line) => FRAME.test(line))
    .map((line) => line.trim());
}

/** Our own classified errors as name and code; any other with its stack frames. */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  const known = error.name === 'AppError' || error.name === 'VaultError';
  return {
    name: error.constructor.name,
    ...(typeof code === 'string' && CODE.test(code) ? { code } : {}),
    ...(known ? {} : { stack: frames(error) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function withoutRawErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? describeError(value) : value]),
  );
}

const options: LoggerOptions = {
  base: null,
  messageKey: 'message',
  errorKey: 'error',
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }), log: withoutRawErrors },
  serializers: { error: (error) => (error instanceof Error ? describeError(error) : error) },
  redact: {
    paths: ['headers', '*.headers', 'authorization', '*.authorization', 'cookie', '*.cookie', 'body', '*.body'],
    remove: true,
  },
  hooks: {
    // Without a text of ours pino would take the error's message.
    logMethod(args, method) {
      const [first, text] = args as [unknown, unknown];
      if (first instanceof Error) method.apply(this, [{ error: first }, typeof text === 'string' ? text : 'error']);
      else if (typeof first === 'object' && text === undefined) method.apply(this, [first as object, 'event']);
      else method.apply(this, args);
    },
  },
};

/** The process's log: JSON lines on standard output, or where tests want to read them. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return destination ? pino({ ...options, level }, destination) : pino({ ...options, level });
}
