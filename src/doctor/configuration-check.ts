import type { Config, Surroundings } from '../config.ts';
import { isPermitted } from '../vaults/address-rules.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('configuration');

/** Where clouds tell a machine's credentials to whoever asks on it. */
const METADATA_ADDRESSES = ['169.254.169.254', 'fd00:ec2::254'];
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** What {@link Config} refuses is told by variable; what it accepts but is risky, is too. */
export function checkConfiguration(
  config: Config | undefined,
  problems: readonly string[],
  surroundings: Surroundings,
): Finding[] {
  const refused = problems.map((problem) =>
    fail(problem.split(':')[0] ?? 'variables', problem, 'See .env.example for every variable and its form.'),
  );
  const risks = [...(config === undefined ? [] : risksOf(config)), ...risksAround(surroundings)];
  const all = [...refused, ...risks];
  return all.length > 0 ? all : [ok('variables', 'All variables are known and in form; none is risky.')];
}

function risksOf(config: Config): Finding[] {
  const findings: Finding[] = [];
  const publicUrl = config.publicUrl === undefined ? undefined : new URL(config.publicUrl);
  if (!LOOPBACK.test(config.host) && publicUrl?.protocol !== 'https:') {
    const says = 'The API listens for other machines and nothing says that TLS stands in front.';
    findings.push(warn('KEYFERRY_HOST', says, 'Put TLS in front and set KEYFERRY_PUBLIC_URL to the https address.'));
  }
  for (const [name, allow] of [
    ['KEYFERRY_VAULT_ALLOW', config.vaultAllow],
    ['KEYFERRY_WEBHOOK_ALLOW', config.notices.webhookAllow],
  ] as const) {
    if (METADATA_ADDRESSES.some((address) => isPermitted(address, allow))) {
      const says = "Requests may lead to the machine's metadata service, which gives away its credentials.";
      findings.push(fail(name, says, 'List the networks that are really used, without 169.254.0.0/16 and fc00::/7.'));
    } else if (['127.0.0.1', '::1'].some((address) => isPermitted(address, allow))) {
      findings.push(warn(name, 'Requests may lead to this machine itself.', 'Leave loopback out outside of trials.'));
    }
  }
  if (config.leaseMs < 2 * config.vaultTimeoutMs) {
    const says = 'A lease can run out during two calls to a vault; work is then done twice (harmless, but slow).';
    findings.push(warn('KEYFERRY_LEASE_MS', says, 'Make it at least twice KEYFERRY_VAULT_TIMEOUT_MS.'));
  }
  if (['debug', 'trace'].includes(config.logLevel)) {
    findings.push(warn('KEYFERRY_LOG_LEVEL', 'The log says very much.', 'Use info outside of trials.'));
  }
  if (config.recoveryDays === 0) {
    const says = 'A deleted secret is destroyed at once.';
    findings.push(warn('KEYFERRY_RECOVERY_DAYS', says, 'Give yourself some days to find out that it was wrong.'));
  }
  return [...findings, ...clearConnections(config)];
}

function clearConnections({ databaseUrl, redisUrl, traces, host, metricsToken }: Config): Finding[] {
  const findings: Finding[] = [];
  const clear = (name: string, what: string, next: string) =>
    findings.push(warn(name, `${what} is on another machine and the connection is not encrypted.`, next));
  if (databaseUrl !== undefined && isElsewhere(databaseUrl)) {
    const mode = new URL(databaseUrl).searchParams.get('sslmode') ?? 'disable';
    if (['disable', 'allow', 'prefer'].includes(mode)) clear('DATABASE_URL', 'PostgreSQL', 'Add sslmode=verify-full.');
  }
  if (redisUrl?.startsWith('redis:') && isElsewhere(redisUrl)) clear('REDIS_URL', 'Redis', 'Use rediss://.');
  if (traces?.endpoint.startsWith('http:') && isElsewhere(traces.endpoint) && Object.keys(traces.headers).length > 0) {
    clear('OTEL_EXPORTER_OTLP_ENDPOINT', 'The collector, which gets headers,', 'Use https://.');
  }
  if (metricsToken === undefined && !LOOPBACK.test(host)) {
    const says = 'Everybody who reaches the API reads the metrics, which tell ids and activity of all tenants.';
    findings.push(warn('KEYFERRY_METRICS_TOKEN', says, 'Set it, or keep /metrics from the outside.'));
  }
  return findings;
}

function isElsewhere(url: string): boolean {
  return !LOOPBACK.test(new URL(url).hostname);
}

/** Variables of Node and of libraries, which act on this process whether or not we read them. */
function risksAround(around: Surroundings): Finding[] {
  const findings: Finding[] = [];
  if (around.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    findings.push(fail('NODE_TLS_REJECT_UNAUTHORIZED', 'Certificates are not verified.', 'Unset it.'));
  }
  if (/--inspect/.test(around.NODE_OPTIONS ?? '')) {
    findings.push(fail('NODE_OPTIONS', 'A debugger can read every value in memory.', 'Leave --inspect out.'));
  }
  for (const name of ['DEBUG', 'NODE_DEBUG'] as const) {
    if ((around[name] ?? '') === '') continue;
    findings.push(warn(name, 'Libraries print what they send, values and tokens among it.', 'Unset it.'));
  }
  return findings;
}
