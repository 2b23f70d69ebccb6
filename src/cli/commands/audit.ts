import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AuditEvent } from '../../client/keyferry.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { printable } from '../printable.ts';
import type { SetExitCode } from '../program.ts';
import { inSession } from '../session.ts';

const FOLLOW_MS = 1_000;

/** `audit tail|verify`. */
export function addAuditCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const audit = program.command('audit').description('the record of everything that happened');
  audit
    .command('tail')
    .description('the last events; -f: and all that come')
    .addOption(new Option('-n, --lines <n>', 'how many').default(20).argParser(lineCount))
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--action <action>', 'only this one, for example secret.read')
    .action(
      inSession<{ lines: number; follow?: boolean; action?: string }>(io, async (session, _args, options) => {
        const { kf, globals } = session;
        const query = options.action === undefined ? {} : { action: options.action as AuditEvent['action'] as never };
        // Asked first: what comes while the last ones are read is not missed.
        const [newest] = options.follow ? (await kf.audit.list({ limit: 1 }).page()).items : [];
        const last = (await kf.audit.list(query).all(options.lines)).reverse();
        const print = (event: AuditEvent) => io.stdout.write(lineOf(event, globals.output ?? 'table'));
        for (const event of last) print(event);
        if (!options.follow) return;
        const afterSeq = Math.max(newest?.seq ?? 0, last.at(-1)?.seq ?? 0);
        const coming = kf.audit.events({ afterSeq, followMs: FOLLOW_MS }, { signal: io.signal });
        for await (const event of coming) {
          if (options.action === undefined || event.action === options.action) print(event);
        }
      }),
    );
  audit
    .command('verify')
    .description('check every link of its chain')
    .action(
      inSession(io, async (session) => {
        const found = await session.kf.audit.verify();
        const says = found.intact
          ? `Intact: ${found.events} events`
          : `Broken at event ${found.brokenAt}: ${found.reason}`;
        session.done(says, found, found.intact ? 'intact' : 'broken');
        if (!found.intact) setExitCode(EXIT.unsound);
      }),
    );
}

function lineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** One event a line, so that it can be searched as it comes. */
function lineOf(event: AuditEvent, format: string): string {
  if (format === 'json' || format === 'yaml') return `${JSON.stringify(event)}\n`;
  const { seq, at, actor, action, objectType, objectId } = event;
  return `${printable(`${seq}  ${at}  ${actor.name}  ${action}  ${objectType} ${objectId}`)}\n`;
}
