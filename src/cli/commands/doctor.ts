import type { Command } from 'commander';
import { Keyferry, KeyferryError, type VaultProfile } from '../../client/keyferry.ts';
import { EXIT } from '../exit-codes.ts';
import { explainError } from '../explain-error.ts';
import type { Io } from '../io.ts';
import type { SetExitCode } from '../program.ts';
import { type GlobalOptions, resolveContext } from '../session.ts';
import { formatList, type View } from '../show.ts';

interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly next?: string;
}

const view: View<Finding> = {
  columns: {
    check: ({ check }) => check,
    level: ({ level }) => level,
    says: ({ says }) => says,
    next: ({ next }) => next,
  },
  value: ({ check, level }) => `${check} ${level}`,
};

/** `doctor`: what can be seen from here. The installation itself has one of its own. */
export function addDoctorCommand(program: Command, io: Io, setExitCode: SetExitCode): void {
  program
    .command('doctor')
    .description('is everything well, as far as it can be seen from here')
    .addHelpText('after', '\nOn the machine of the API `npm run doctor` sees more.')
    .action(async (_options: object, command: Command) => {
      const { output = 'table', ...globals } = command.optsWithGlobals<GlobalOptions>();
      const findings = await examine(io, globals);
      io.stdout.write(formatList(io, output, findings, view));
      if (findings.some(({ level }) => level !== 'ok')) setExitCode(EXIT.unsound);
    });
}

async function examine(io: Io, globals: GlobalOptions): Promise<Finding[]> {
  let context: Awaited<ReturnType<typeof resolveContext>>;
  try {
    context = await resolveContext(io, globals);
  } catch (error) {
    return [{ check: 'contexts', level: 'fail', says: firstLine(error), next: 'See `keyferry contexts`.' }];
  }
  const { url, token } = context;
  if (url === undefined) {
    return [{ check: 'address', level: 'fail', says: 'none is known', next: 'keyferry login' }];
  }
  const findings: Finding[] = [{ check: 'address', level: 'ok', says: url }];
  const kf = new Keyferry({ url, retries: 0, timeoutMs: 10_000, ...(token === undefined ? {} : { token }) });
  if (!(await look(findings, 'API', () => readiness(kf)))) return findings;
  if (token === undefined)
    return [...findings, { check: 'token', level: 'fail', says: 'there is none', next: 'keyferry login' }];
  if (!(await look(findings, 'token', () => whoAmI(kf)))) return findings;
  await look(findings, 'vault profiles', () => vaults(kf));
  await look(findings, 'sync', () => backlog(kf));
  return findings;
}

type Look = Omit<Finding, 'check'>;

/** Answers whether it makes sense to go on. What is forbidden is nobody's illness. */
async function look(findings: Finding[], check: string, examineIt: () => Promise<Look>): Promise<boolean> {
  try {
    findings.push({ check, ...(await examineIt()) });
    return true;
  } catch (error) {
    if (error instanceof KeyferryError && error.code === 'forbidden') {
      findings.push({ check, level: 'ok', says: 'not yours to see' });
      return true;
    }
    findings.push({ check, level: 'fail', says: firstLine(error), next: nextOf(error) });
    return false;
  }
}

async function readiness(kf: Keyferry): Promise<Look> {
  const { status, checks } = await kf.call('getReadiness', {});
  const failed = Object.entries(checks).filter(([, state]) => state !== 'ok');
  if (status === 'ready') return { level: 'ok', says: 'ready' };
  return {
    level: 'fail',
    says: `not ready: ${failed.map(([name]) => name).join(', ')}`,
    next: 'npm run doctor, where it runs',
  };
}

async function whoAmI(kf: Keyferry): Promise<Look> {
  const { name, organization } = await kf.me();
  return { level: 'ok', says: `${name} of ${organization.name}` };
}

async function vaults(kf: Keyferry): Promise<Look> {
  const profiles = await kf.profiles.list({ limit: 200 }).all();
  const ill = profiles.filter(isIll).map(({ name, check }) => `${name} (${check.code ?? check.state})`);
  if (ill.length > 0) return { level: 'fail', says: ill.join(', '), next: 'keyferry profiles check <profile>' };
  return { level: 'ok', says: `${profiles.length} of ${profiles.length} well` };
}

function isIll({ enabled, check, breaker, credential }: VaultProfile): boolean {
  return (
    enabled &&
    (/^(failing|incomplete)$/.test(check.state) || breaker.state === 'open' || credential.state === 'refused')
  );
}

async function backlog(kf: Keyferry): Promise<Look> {
  const { pausedAt, backlog: waiting, backlogLimit, restore } = await kf.sync.overview();
  if (restore.suspected)
    return { level: 'warn', says: 'the database was restored from a backup', next: restore.advice ?? '' };
  if (pausedAt !== null) return { level: 'warn', says: `paused since ${pausedAt}`, next: 'keyferry sync --resume' };
  return { level: waiting * 2 > backlogLimit ? 'warn' : 'ok', says: `${waiting} copies wait` };
}

const firstLine = (error: unknown): string => (explainError(error).split('\n')[0] ?? '').replace('keyferry: ', '');
const nextOf = (error: unknown): string => explainError(error).split('\n').slice(1).at(-1)?.trim() ?? '';
