import { type Command, Option } from 'commander';
import type { Body, ImportDetail, ImportItem, ImportReview, Import as Started } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { inSession, type Session } from '../session.ts';
import type { View } from '../show.ts';

const ITEM_STATES = ['pending', 'ready', 'waiting', 'importing', 'imported', 'skipped', 'failed', 'cancelled'];

const listView: View<Started> = {
  columns: {
    id: ({ id }) => id,
    state: ({ state, dryRun }) => (dryRun ? `${state}, dry run` : state),
    found: ({ counts }) => counts.total,
    imported: ({ counts }) => counts.imported,
    waiting: ({ counts }) => counts.waiting,
    failed: ({ counts }) => counts.failed,
    created: ({ createdAt }) => createdAt,
  },
  value: ({ id }) => id,
};

/** One import, as `secrets import` shows it, too. */
export const importView: View<ImportDetail> = {
  columns: {
    id: ({ id }) => id,
    state: ({ state }) => state,
    found: ({ counts }) => counts.total,
    imported: ({ counts }) => counts.imported,
    waiting: ({ counts }) => counts.waiting,
    skipped: ({ counts }) => counts.skipped,
    failed: ({ counts }) => counts.failed,
    code: ({ code }) => code,
  },
  value: ({ id }) => id,
};

const itemView: View<ImportItem> = {
  columns: {
    entry: ({ entry }) => entry,
    state: ({ state }) => state,
    folder: ({ path }) => path,
    secret: ({ name }) => name,
    type: ({ type }) => type,
    code: ({ code }) => code,
  },
  value: ({ entry, state }) => `${entry} ${state}`,
};

/** `imports list|show|cancel|review`. */
export function addImportCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const imports = program.command('imports').description('what was taken over from vaults; see `secrets import`');
  imports
    .command('list')
    .description('imports, newest first')
    .option('--profile <profile>', 'from this vault profile')
    .addOption(limitOption())
    .action(
      inSession<{ profile?: string; limit: number }>(io, async (session, _args, { profile, limit }) => {
        const profileId = profile === undefined ? undefined : (await session.kf.profile(profile)).id;
        session.list(await atMost(session.kf.imports.list({ profileId }), limit), listView);
      }),
    );
  imports
    .command('show')
    .description('how far one is; --items: what became of each entry, never a value')
    .argument('<import>', 'its id')
    .option('--items', 'its entries, one by one')
    .addOption(new Option('--state <state>', 'with --items: only those in this state').choices(ITEM_STATES))
    .addOption(limitOption())
    .action(
      inSession<{ items?: boolean; state?: ImportItem['state']; limit: number }>(
        io,
        async (session, [id = ''], given) => {
          const { items = given.state !== undefined, state, limit } = given;
          if (items) session.list(await atMost(session.kf.imports.items(id, { state }), limit), itemView);
          else session.one(await session.kf.imports.get(id), importView);
        },
      ),
    );
  imports
    .command('cancel')
    .description('take over no more; what was imported stays')
    .argument('<import>', 'its id')
    .action(
      inSession(io, async (session, [id = '']) => {
        const ending = await session.kf.imports.cancel(id);
        session.done(`Import ${id} is ${ending.state}.`, ending, ending.state);
      }),
    );
  addReview(imports, io, setExitCode);
}

interface ReviewOptions {
  readonly digest?: string;
  readonly comment?: string;
}

const SHOWN = 100;

function addReview(imports: Command, io: Io, setExitCode: SetExitCode): void {
  imports
    .command('review')
    .description('decide on everything that one would make, as it is shown')
    .argument('<import>', 'its id')
    .addArgument(imports.createArgument('<decision>').choices(['approve', 'reject']))
    .option('--digest <digest>', 'only if it is still this')
    .option('-m, --comment <text>', 'why')
    .action(
      inSession<ReviewOptions>(io, async (session, [id = '', given], { digest: wanted, comment }) => {
        const decision = given as Body<'reviewImport'>['decision'];
        const seen = await session.kf.imports.get(id);
        const digest = wanted ?? seen.digest;
        if (digest === null || seen.counts.waiting === 0) return session.done('Nothing of it waits.', seen, '0');
        if (session.globals.yes !== true) await askAbout(session, seen, decision);
        const total = await decideAll(session, id, { decision, digest, comment });
        const word = decision === 'approve' ? 'Approved' : 'Rejected';
        session.done(`${word}: ${total.decided} of import ${id}`, total, String(total.decided));
        if (total.refused + total.left === 0) return;
        session.note(
          `Not decided: ${total.refused + total.left}, which moved meanwhile. Look again:\n  keyferry imports show ${id}`,
        );
        setExitCode(EXIT.notApplied);
      }),
    );
}

async function askAbout(session: Session, { id, counts }: ImportDetail, decision: string): Promise<void> {
  session.list(await session.kf.imports.items(id, { state: 'waiting' }).all(SHOWN), itemView);
  if (counts.waiting > SHOWN)
    session.note(`… and ${counts.waiting - SHOWN} more: keyferry imports show ${id} --items -n 0`);
  await assertSure(session.io, `${decision === 'approve' ? 'Approve' : 'Reject'} all of this?`, false);
}

/** One request decides on some; it is repeated as long as it gets on. */
async function decideAll({ kf }: Session, id: string, body: Body<'reviewImport'>): Promise<ImportReview> {
  let decided = 0;
  for (;;) {
    const answer = await kf.imports.review(id, body);
    decided += answer.decided;
    if (answer.left === 0 || answer.decided === 0) return { ...answer, decided };
  }
}
