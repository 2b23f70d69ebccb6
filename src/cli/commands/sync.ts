import type { Command } from 'commander';
import type { SyncPlanLine } from '../../client/keyferry.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { findSecret } from '../secret-ref.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';
import { waitLimit } from '../wait-limit.ts';
import { targetView } from './targets.ts';

const planView: View<SyncPlanLine> = {
  columns: {
    action: ({ action }) => action,
    secret: ({ secretName }) => secretName,
    profile: ({ profileName }) => profileName,
    version: ({ version }) => version,
    code: ({ code }) => code,
    path: ({ remotePath }) => remotePath,
  },
  value: ({ action, secretName, profileName }) => `${action} ${secretName} ${profileName}`,
};

const SETTLED = new Set(['synced', 'conflict', 'drifted', 'parked', 'paused', 'removed', 'failed']);
const LOOK_MS = 300;

/** `sync` and `plan`. */
export function addSyncCommands(program: Command, io: Io): void {
  program
    .command('sync')
    .description('carry a secret to its copies now; without one: how far everything is')
    .argument('[secret]', 'name, or folder/name')
    .option('--no-wait', 'do not wait for the outcome')
    .option('--pause', 'carry nothing anywhere until --resume')
    .option('--resume', 'carry again')
    .action(
      inSession<{ wait: boolean; pause?: boolean; resume?: boolean }>(io, async (session, [name], options) => {
        if (options.pause && options.resume)
          throw new CliError(EXIT.usage, 'Pause or resume, one of them.', 'See how it is with `keyferry sync`.');
        if (name !== undefined && (options.pause || options.resume)) {
          throw new CliError(
            EXIT.usage,
            '--pause and --resume are for everything.',
            'See `projects` and `profiles`, too.',
          );
        }
        if (name !== undefined) return syncSecret(session, name, options.wait);
        if (options.pause) session.done('Paused: nothing is carried.', await session.kf.sync.pause());
        else if (options.resume) session.done('Resumed.', await session.kf.sync.resume());
        else showOverview(session, await session.kf.sync.overview());
      }),
    );
  program
    .command('plan')
    .description('what carrying would do now, without doing it')
    .argument('[secret]', 'default: the whole project')
    .option('--profile <profile>', 'everything at this vault profile')
    .option('--change <id>', 'of a change request: as agreed, and as of now')
    .option('--ledger', 'from what is recorded, without asking the vaults')
    .action(
      inSession<{ profile?: string; change?: string; ledger?: boolean }>(io, async (session, [name], options) => {
        if ([name, options.profile, options.change].filter(Boolean).length > 1) {
          throw new CliError(EXIT.usage, 'A secret, --profile or --change: one of them.', 'None: the whole project.');
        }
        await showPlan(session, name, options);
      }),
    );
}

async function syncSecret(session: Session, name: string, wait: boolean): Promise<void> {
  const { secret } = await findSecret(session, name);
  let targets = await session.kf.targets.sync(secret.id);
  const progress = session.progress();
  try {
    const limit = waitLimit(session);
    while (wait && !limit.isOver() && targets.some(({ state }) => !SETTLED.has(state))) {
      const open = targets.filter(({ state }) => !SETTLED.has(state)).map(({ profileName }) => profileName);
      progress.say(`Carrying ${name} to ${open.join(', ')}`);
      await delay(LOOK_MS, session.io.signal);
      targets = await session.kf.targets.list(secret.id);
    }
  } finally {
    progress.end();
  }
  session.list(targets, targetView);
  const wrong = targets.filter(({ state }) => wait && !/^(synced|removed)$/.test(state));
  if (wrong.length === 0) return;
  const names = wrong.map(({ profileName, state }) => `${profileName} is ${state}`).join(', ');
  throw new CliError(EXIT.notApplied, `Not everywhere: ${names}.`, `keyferry targets list ${name}`);
}

async function showPlan(
  session: Session,
  name: string | undefined,
  options: { profile?: string; change?: string; ledger?: boolean },
): Promise<void> {
  const { kf } = session;
  const query = { limit: 200, ...(options.ledger && { observe: false }) };
  if (options.change !== undefined) return showChangePlan(session, options.change);
  const lines: SyncPlanLine[] = [];
  const { id } = name === undefined ? { id: '' } : (await findSecret(session, name)).secret;
  const profileId = options.profile === undefined ? undefined : (await kf.profile(options.profile)).id;
  for (let cursor: string | undefined; ; ) {
    const page = { ...query, cursor };
    const plan =
      name !== undefined
        ? await kf.targets.plan(id, page)
        : profileId !== undefined
          ? await kf.profiles.plan(profileId, page)
          : await kf.projects.plan(session.project, page);
    lines.push(...plan.items);
    if (plan.nextCursor === null) break;
    cursor = plan.nextCursor;
  }
  session.list(lines, planView);
}

async function showChangePlan(session: Session, changeId: string): Promise<void> {
  const { kf } = session;
  const { targets } = await kf.changes.plan(changeId);
  const names = new Map<string, string>();
  if (targets.length > 0) for await (const { id, name } of kf.profiles.list({ limit: 200 })) names.set(id, name);
  const nameOf = ({ profileId }: { readonly profileId: string }): string => names.get(profileId) ?? profileId;
  session.list([...targets], {
    columns: {
      profile: nameOf,
      state: ({ state }) => state,
      wanted: ({ desiredVersion }) => desiredVersion,
      there: ({ observedVersion }) => observedVersion,
      arrived: ({ arrived }) => arrived,
    },
    value: (target) => `${nameOf(target)} ${target.state}`,
  });
}

function showOverview(session: Session, overview: Awaited<ReturnType<Session['kf']['sync']['overview']>>): void {
  session.one(overview, {
    columns: {
      'under way': ({ underWay }) => underWay,
      waiting: ({ backlog }) => backlog,
      'at most': ({ backlogLimit }) => backlogLimit,
      paused: ({ pausedAt }) => pausedAt,
      'restored database': ({ restore }) => (restore.suspected ? (restore.advice ?? 'suspected') : ''),
    },
    value: ({ backlog }) => backlog,
  });
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
