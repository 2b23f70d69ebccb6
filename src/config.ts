import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { parseMasterKeys } from './crypto/keyring.ts';
import { environmentSchema, factsOf, VARIABLE_NAMES, type VariableName } from './environment.ts';
import type { NoticeSettings } from './notifications/notices.ts';
import type { FailpointName } from './ports.ts';
import { StartupError } from './setup/startup-error.ts';
import type { TraceSettings } from './tracing/otlp-tracing.ts';
import { type AllowList, NOTHING_ALLOWED } from './vaults/address-rules.ts';

/** Everything the process was told from outside. Times in milliseconds unless the name says otherwise. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash; `undefined`: derived from where the API really listens. */
  readonly publicUrl: string | undefined;
  readonly role: 'all' | 'api';
  /** Absolute. */
  readonly dataDir: string;
  /** `undefined`: embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** `undefined`: the queue lives in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** The ring as text, see `parseMasterKeys`; `undefined`: kept in the data folder. */
  readonly masterKey: string | undefined;
  readonly logLevel: string;
  readonly dbPool: number;
  readonly workerConcurrency: number;
  readonly scanIntervalMs: number;
  readonly shutdownTimeoutMs: number;
  readonly vaultTimeoutMs: number;
  /** Where vaults may be beside the public internet. */
  readonly vaultAllow: AllowList;
  /** Vaults may log in as this process itself. */
  readonly vaultAmbient: boolean;
  readonly leaseMs: number;
  readonly settleMs: number;
  readonly changeTtlHours: number;
  readonly recoveryDays: number;
  readonly notices: NoticeSettings;
  /** What scrapers must send; `undefined`: anybody may scrape. */
  readonly metricsToken: string | undefined;
  /** `undefined`: nothing is traced. */
  readonly traces: TraceSettings | undefined;
  /** Copies of one organization that may be out of step before new content is refused. */
  readonly backlogLimit: number;
  readonly failpoint: FailpointName | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

type Values = z.output<typeof environmentSchema>;

const PREFIX = 'KEYFERRY_';
const SECRET_NAMES = VARIABLE_NAMES.filter((name) => factsOf(name).secret);
/** Those of the command line tool, which may well be set in the same shell. */
const TOOL_NAMES = ['KEYFERRY_URL', 'KEYFERRY_TOKEN', 'KEYFERRY_CONTEXT', 'KEYFERRY_PROJECT'];
const KNOWN_NAMES: readonly string[] = [...VARIABLE_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`)];

/** Edit distance (Levenshtein), for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function unknownVariables(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !KNOWN_NAMES.includes(name) && !TOOL_NAMES.includes(name))
    .map((name) => {
      const [nearest] = KNOWN_NAMES.map((known) => ({ known, edits: distance(name, known) })).sort(
        (a, b) => a.edits - b.edits,
      );
      const hint = nearest && nearest.edits <= 6 ? ` Did you mean ${nearest.known}?` : '';
      return `${name}: there is no such variable.${hint}`;
    });
}

/** The variables as given, with secrets read from their files. Empty counts as unset, as compose files need it. */
function collect(env: Environment, problems: string[]): Partial<Record<VariableName, string>> {
  const given: Partial<Record<VariableName, string>> = {};
  for (const name of VARIABLE_NAMES) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
    const file = SECRET_NAMES.includes(name) ? env[`${name}_FILE`] : undefined;
    if (file === undefined || file === '') continue;
    if (given[name] !== undefined) {
      problems.push(`${name} and ${name}_FILE: expected only one of them`);
      continue;
    }
    try {
      given[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      problems.push(`${name}_FILE: expected a readable file`);
    }
  }
  return given;
}

function crossChecks(env: Environment, given: Partial<Record<VariableName, string>>): string[] {
  const problems: string[] = [];
  if (given.DATABASE_URL !== undefined && given.KEYFERRY_MASTER_KEY === undefined) {
    problems.push('KEYFERRY_MASTER_KEY: required with DATABASE_URL (or KEYFERRY_MASTER_KEY_FILE)');
  }
  if (given.KEYFERRY_ROLE === 'api' && given.DATABASE_URL === undefined) {
    problems.push('KEYFERRY_ROLE: "api" needs DATABASE_URL, because the embedded database serves one process only');
  }
  if (given.KEYFERRY_FAILPOINT !== undefined && env.NODE_ENV !== 'test') {
    problems.push('KEYFERRY_FAILPOINT: only for tests');
  }
  if (given.KEYFERRY_SMTP_URL !== undefined && given.KEYFERRY_MAIL_FROM === undefined) {
    problems.push('KEYFERRY_MAIL_FROM: required with KEYFERRY_SMTP_URL');
  }
  if (given.KEYFERRY_MASTER_KEY !== undefined) {
    try {
      parseMasterKeys(given.KEYFERRY_MASTER_KEY);
    } catch {
      problems.push(`KEYFERRY_MASTER_KEY: expected ${factsOf('KEYFERRY_MASTER_KEY').expected}`);
    }
  }
  return problems;
}

/** Variables of Node and of files that act on this process beside our own, as far as somebody should look at them. */
const SURROUNDINGS = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_OPTIONS',
  'DEBUG',
  'NODE_DEBUG',
  'KEYFERRY_MASTER_KEY_FILE',
] as const;
export type Surroundings = Readonly<Partial<Record<(typeof SURROUNDINGS)[number], string>>>;

/** What the environment says, and all that is wrong with it. */
export interface InspectedConfig {
  /** Undefined when there are problems. */
  readonly config: Config | undefined;
  /** By variable name and expected form; never a value. */
  readonly problems: readonly string[];
  readonly surroundings: Surroundings;
}

/** Reads the environment; nothing else in Keyferry does. */
export function inspectConfig(env: Environment = process.env): InspectedConfig {
  const problems = unknownVariables(env);
  const given = collect(env, problems);
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map((issue) => issue.path[0] as VariableName));
    for (const name of names) problems.push(`${name}: expected ${factsOf(name).expected}`);
  }
  problems.push(...crossChecks(env, given));
  const usable = parsed.success && problems.length === 0;
  const around = SURROUNDINGS.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return {
    config: usable ? configOf(parsed.data) : undefined,
    problems,
    surroundings: Object.fromEntries(around) as Surroundings,
  };
}

/**
 * The configuration of this process. Throws {@link StartupError} that lists every problem by variable name and expected form,
 * and never repeats a value.
 */
export function loadConfig(env: Environment = process.env): Config {
  const { config, problems } = inspectConfig(env);
  if (config === undefined) throw new StartupError(['The configuration is not usable:', ...problems].join('\n  '));
  return config;
}

function configOf(values: Values): Config {
  return {
    host: values.KEYFERRY_HOST,
    port: values.KEYFERRY_PORT,
    publicUrl: values.KEYFERRY_PUBLIC_URL?.replace(/\/+$/, ''),
    role: values.KEYFERRY_ROLE,
    dataDir: path.resolve(values.KEYFERRY_DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    masterKey: values.KEYFERRY_MASTER_KEY,
    logLevel: values.KEYFERRY_LOG_LEVEL,
    dbPool: values.KEYFERRY_DB_POOL,
    workerConcurrency: values.KEYFERRY_WORKER_CONCURRENCY,
    scanIntervalMs: values.KEYFERRY_SCAN_INTERVAL_MS,
    shutdownTimeoutMs: values.KEYFERRY_SHUTDOWN_TIMEOUT_MS,
    vaultTimeoutMs: values.KEYFERRY_VAULT_TIMEOUT_MS,
    vaultAllow: values.KEYFERRY_VAULT_ALLOW ?? NOTHING_ALLOWED,
    vaultAmbient: values.KEYFERRY_VAULT_AMBIENT,
    leaseMs: values.KEYFERRY_LEASE_MS,
    settleMs: values.KEYFERRY_VAULT_SETTLE_MS,
    changeTtlHours: values.KEYFERRY_CHANGE_TTL_HOURS,
    recoveryDays: values.KEYFERRY_RECOVERY_DAYS,
    notices: noticeSettings(values),
    metricsToken: values.KEYFERRY_METRICS_TOKEN,
    traces: traceSettings(values),
    backlogLimit: values.KEYFERRY_BACKLOG_LIMIT,
    failpoint: values.KEYFERRY_FAILPOINT,
  };
}

function traceSettings(values: Values): TraceSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = values;
  return endpoint === undefined ? undefined : { endpoint, headers };
}

function noticeSettings(values: Values): NoticeSettings {
  const { KEYFERRY_PUBLIC_URL: publicUrl, KEYFERRY_SMTP_URL: smtpUrl, KEYFERRY_MAIL_FROM: from } = values;
  return {
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? `http://${values.KEYFERRY_HOST}:${values.KEYFERRY_PORT}`,
    webhookAllow: values.KEYFERRY_WEBHOOK_ALLOW ?? NOTHING_ALLOWED,
    mail: smtpUrl === undefined || from === undefined ? undefined : { smtpUrl, from },
    timeoutMs: values.KEYFERRY_NOTICE_TIMEOUT_MS,
    leaseMs: Math.max(values.KEYFERRY_LEASE_MS, 2 * values.KEYFERRY_NOTICE_TIMEOUT_MS),
    recheckStreamsMs: 2_000,
    announceEveryMs: 60_000,
  };
}
