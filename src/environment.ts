import { z } from 'zod';
import { FAILPOINTS } from './ports.ts';
import { parseHeaderList } from './tracing/header-list.ts';
import { NOTHING_ALLOWED, parseAllowList } from './vaults/address-rules.ts';

/** What the schema says about a variable beside its form; `.env.example` and the error texts come from here. */
interface VariableFacts {
  readonly description: string;
  /** The form that is accepted, for errors: "NAME: expected …". Errors never repeat what was given. */
  readonly expected: string;
  /** May come from the file named by `<NAME>_FILE` instead. */
  readonly secret?: boolean;
  /** Not shown in `.env.example`. */
  readonly internal?: boolean;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const facts = z.registry<VariableFacts>();

function text(about: VariableFacts) {
  return z.string().min(1).register(facts, about);
}

function wholeNumber(fallback: number, min: number, max: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,10}$/)
    .default(String(fallback))
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .register(facts, { description, expected: `a whole number from ${min} to ${max}` });
}

function url(protocols: readonly string[], about: Omit<VariableFacts, 'expected'>) {
  const isUrl = (value: string) => URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1));
  return z
    .string()
    .refine(isUrl)
    .register(facts, { ...about, expected: `a URL of the form ${protocols[0]}://…` });
}

function choice<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number], description: string) {
  return z
    .enum(values)
    .default(fallback as never)
    .register(facts, { description, expected: `one of ${values.join(', ')}` });
}

function flag(description: string) {
  return z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .register(facts, { description, expected: 'true or false' });
}

/** Every environment variable the broker knows: its form, default, description and whether it is a secret. */
export const environmentSchema = z.object({
  KEYFERRY_HOST: text({
    description: 'Address the API listens on. 0.0.0.0 serves other machines: put TLS in front.',
    expected: 'a host name or an IP address',
  }).default('127.0.0.1'),
  KEYFERRY_PORT: wholeNumber(7300, 0, 65_535, 'Port the API listens on; 0 takes any free one.'),
  KEYFERRY_PUBLIC_URL: url(['http', 'https'], {
    description: 'Address under which people and machines reach the API. Default: http://<host>:<port>.',
  }).optional(),
  KEYFERRY_ROLE: choice(
    ['all', 'api'],
    'all',
    'What "npm start" runs: API and workers in one process (all), or the API alone (api) beside worker processes.',
  ),
  KEYFERRY_DATA_DIR: text({
    description: 'Folder of the embedded database and of the generated master key.',
    expected: 'a folder',
  }).default('.keyferry'),
  DATABASE_URL: url(['postgresql', 'postgres'], {
    description: 'PostgreSQL 14 or newer. Without it, an embedded PostgreSQL runs in the data folder.',
    secret: true,
  }).optional(),
  REDIS_URL: url(['redis', 'rediss'], {
    description:
      'Redis 6.2 or newer for the job queue, with maxmemory-policy noeviction and persistence. Without it, the queue lives in PostgreSQL.',
    secret: true,
  }).optional(),
  KEYFERRY_MASTER_KEY: text({
    description:
      'Master keys as "id:base64 of 32 bytes", comma separated, the first is active; or one bare key in base64 or hex. Required with DATABASE_URL; otherwise generated into the data folder.',
    expected: 'comma separated id:base64 of 32 bytes each, or one key of 32 bytes in base64 or hex',
    secret: true,
  }).optional(),
  KEYFERRY_LOG_LEVEL: choice(LOG_LEVELS, 'info', 'How much is logged (JSON lines on standard output).'),
  KEYFERRY_DB_POOL: wholeNumber(10, 2, 500, 'Database connections of this process, beside those of the queue.'),
  KEYFERRY_WORKER_CONCURRENCY: wholeNumber(8, 1, 500, 'Jobs one worker process runs at once.'),
  KEYFERRY_SCAN_INTERVAL_MS: wholeNumber(2_000, 50, 3_600_000, 'How often workers look for due work nobody rang for.'),
  KEYFERRY_SHUTDOWN_TIMEOUT_MS: wholeNumber(
    15_000,
    100,
    600_000,
    'How long a stopping process waits for running work.',
  ),
  KEYFERRY_VAULT_TIMEOUT_MS: wholeNumber(10_000, 50, 600_000, 'Deadline of one call to a vault.'),
  KEYFERRY_VAULT_ALLOW: z
    .string()
    .transform((text, context) => {
      const allow = parseAllowList(text);
      if (allow === undefined) context.addIssue({ code: 'custom', input: undefined });
      return allow ?? NOTHING_ALLOWED;
    })
    .register(facts, {
      description:
        'Where vaults may be beside the public internet: private, loopback and link-local addresses are refused unless they are listed here.',
      expected: 'comma separated IP addresses, CIDR blocks and host names, such as 10.20.0.0/16,vault.internal',
    })
    .optional(),
  KEYFERRY_VAULT_AMBIENT: flag(
    'Whether vaults may log in as this process itself (instance role, workload identity, service account).',
  ),
  KEYFERRY_WEBHOOK_ALLOW: z
    .string()
    .transform((text, context) => {
      const allow = parseAllowList(text);
      if (allow === undefined) context.addIssue({ code: 'custom', input: undefined });
      return allow ?? NOTHING_ALLOWED;
    })
    .register(facts, {
      description:
        'Where webhooks may lead beside the public internet: private, loopback and link-local addresses are refused unless they are listed here.',
      expected: 'comma separated IP addresses, CIDR blocks and host names, such as 10.20.0.0/16,hooks.internal',
    })
    .optional(),
  KEYFERRY_SMTP_URL: url(['smtp', 'smtps'], {
    description:
      'Mail server for notices, with user and password if it wants them; smtp:// with a password demands STARTTLS. Without it, no mail is sent.',
    secret: true,
  }).optional(),
  KEYFERRY_MAIL_FROM: z
    .email()
    .register(facts, {
      description: 'Sender of notices. Required with KEYFERRY_SMTP_URL.',
      expected: 'a mail address',
    })
    .optional(),
  KEYFERRY_NOTICE_TIMEOUT_MS: wholeNumber(10_000, 50, 25_000, 'Deadline of one delivery of a webhook or mail.'),
  KEYFERRY_LEASE_MS: wholeNumber(
    30_000,
    500,
    3_600_000,
    'How long claimed work belongs to a worker that says nothing.',
  ),
  KEYFERRY_VAULT_SETTLE_MS: wholeNumber(
    120_000,
    100,
    3_600_000,
    'Longest time a request to a vault may be under way after its deadline, or a read may be old. Until then nothing whose end nobody saw counts as settled.',
  ),
  KEYFERRY_CHANGE_TTL_HOURS: wholeNumber(72, 1, 8_760, 'Hours after which a change nobody decided on expires.'),
  KEYFERRY_RECOVERY_DAYS: wholeNumber(30, 0, 3_650, 'Days a deleted secret can be restored before it is destroyed.'),
  KEYFERRY_BACKLOG_LIMIT: wholeNumber(
    200_000,
    1,
    10_000_000,
    'Copies of one organization that may be out of step before new content is refused with backlog_full.',
  ),
  KEYFERRY_METRICS_TOKEN: text({
    description:
      'What scrapers of /metrics must send as "Authorization: Bearer …". Without it, everybody who reaches the API may scrape.',
    expected: 'a text',
    secret: true,
  }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http', 'https'], {
    description: 'Collector of traces (OpenTelemetry, OTLP over HTTP). Without it, nothing is traced.',
  }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform((text, context) => {
      const headers = parseHeaderList(text);
      if (headers === undefined) context.addIssue({ code: 'custom', input: undefined });
      return headers ?? {};
    })
    .register(facts, {
      description: 'Sent to the collector of traces, such as a credential.',
      expected: 'comma separated name=value, percent-encoded',
      secret: true,
    })
    .optional(),
  KEYFERRY_FAILPOINT: z
    .enum(FAILPOINTS)
    .optional()
    .register(facts, {
      description: 'Where a test kills the process.',
      expected: `one of ${FAILPOINTS.join(', ')}`,
      internal: true,
    }),
});

export type VariableName = keyof typeof environmentSchema.shape;

export const VARIABLE_NAMES = Object.keys(environmentSchema.shape) as VariableName[];

/** The facts of a variable; they hang on the innermost schema, below `optional` and `default`. */
export function factsOf(name: VariableName): VariableFacts {
  let schema: z.core.$ZodType = environmentSchema.shape[name];
  for (;;) {
    const found = facts.get(schema);
    if (found) return found;
    const inner = (schema as { def?: { innerType?: z.core.$ZodType } }).def?.innerType;
    if (inner === undefined) throw new Error(`${name} has no description`);
    schema = inner;
  }
}

/** The default as it would be written in the environment; `undefined` when there is none. */
export function defaultOf(name: VariableName): string | undefined {
  const parsed = environmentSchema.shape[name].safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? String(parsed.data) : undefined;
}
