import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Secret } from '../../client/keyferry.ts';
import type { Io } from '../io.ts';
import { redaction } from '../run/child.ts';
import { tellNotRedacted } from '../run/not-redacted.ts';
import { findSecret, fullName, meantSecrets } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';

interface Value {
  readonly label: string;
  readonly bytes: Buffer;
}

/** `redact`. */
export function addRedactCommand(program: Command, io: Io): void {
  program
    .command('redact')
    .description('take secrets out of what comes in: keyferry redact < log')
    .argument('[secrets...]', 'default: all of the project')
    .option('--newest', 'only the newest version of each; default: all that can be read')
    .action(
      inSession<{ newest?: boolean }>(io, async (session, names, { newest }) => {
        const values: Value[] = [];
        for await (const secret of chosen(session, names))
          values.push(...(await valuesOf(session, secret, newest === true)));
        tellNotRedacted(session, values);
        await pipeline(io.stdin, redaction(values.map(({ bytes }) => bytes)), io.stdout, { end: false });
      }),
    );
}

/** What no later try would change. */
const UNREADABLE = new Set(['version_content_unavailable', 'content_drifted', 'write_only', 'expired']);

async function* chosen(session: Session, names: readonly string[]): AsyncGenerator<Secret> {
  for (const name of names) yield (await findSecret(session, name, true)).secret;
  if (names.length > 0) return;
  if (session.customer !== undefined) return yield* meantSecrets(session, { fallback: true });
  const project = (await session.kf.projects.get(session.project)).id;
  yield* session.kf.secrets.list({ project, limit: 200 });
}

/** Older values may be in a log that is older too. Those that their vault holds no longer are told, not hidden. */
async function valuesOf(session: Session, secret: Secret, newest: boolean): Promise<Value[]> {
  const { kf } = session;
  if (secret.latestVersion === null) return [];
  if (!secret.enabled || secret.latestEnabledVersion === null) return unread(session, fullName(secret));
  const numbers = await readable(session, secret, newest);
  const values: Value[] = [];
  for (const number of numbers) {
    try {
      const { payload } = await kf.secrets.content(secret.id, number);
      for (const [field, value] of Object.entries(payload)) {
        const label = `${fullName(secret)}@${number}${field === 'value' ? '' : `#${field}`}`;
        values.push({
          label,
          bytes: typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64'),
        });
      }
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (typeof code !== 'string' || !UNREADABLE.has(code)) throw error;
      unread(session, `${fullName(secret)}@${number}`);
    }
  }
  return values;
}

/** One that may be read once is left for whoever it is meant for. */
async function readable(session: Session, secret: Secret, newest: boolean): Promise<number[]> {
  const versions = await session.kf.secrets.versions(secret.id, { limit: 200 }).all();
  const wanted = versions.filter(
    ({ state, version }) => state === 'enabled' && (!newest || version === secret.latestEnabledVersion),
  );
  for (const { singleAccess, version } of wanted) if (singleAccess) unread(session, `${fullName(secret)}@${version}`);
  return wanted.filter(({ singleAccess }) => !singleAccess).map(({ version }) => version);
}

function unread({ io }: Session, label: string): [] {
  io.stderr.write(`Not redacted, because it cannot be read: ${label}\n`);
  return [];
}
