import type { Command } from 'commander';
import { assertSure } from '../ask.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { waitOption } from '../options.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { inSession } from '../session.ts';
import { showEvidence } from '../show-evidence.ts';

interface OverrideOptions {
  readonly digest?: string;
  readonly wait?: Wait;
}

/** `changes override|review-override`. */
export function addOverrideCommands(changes: Command, io: Io): void {
  changes
    .command('override')
    .description('put somebody else’s through without the votes; --reason says why, to everybody')
    .argument('<id>', 'of the change request')
    .option('--digest <digest>', 'only if it is still this')
    .addOption(waitOption())
    .action(
      inSession<OverrideOptions>(io, async (session, [id = ''], { digest: wanted, wait }) => {
        const { reason } = session.globals;
        if (reason === undefined) {
          throw new CliError(
            EXIT.usage,
            'Why can it not wait?',
            'Say --reason, in 20 letters or more; everybody who sees the change reads it.',
          );
        }
        const { revision, digest } = await session.kf.changes.get(id);
        if (session.globals.yes !== true) {
          showEvidence(session, await session.kf.changes.evidence(id));
          await assertSure(io, 'Put this through without the votes?', false);
        }
        const shown = wanted ?? digest;
        const changeRequest = await session.kf.changes.override(id, { reason, revision, digest: shown });
        const said = `Overridden: change request ${id}`;
        if (wait === undefined) session.done(said, changeRequest, changeRequest.state);
        else await reportChange(session, { changeRequest }, { wait, applied: () => said });
      }),
    );
  changes
    .command('review-override')
    .description('say that you, who could have approved it, have looked at an override')
    .argument('<id>', 'of the change request')
    .requiredOption('-m, --comment <text>', 'what you found')
    .action(
      inSession<{ comment: string }>(io, async (session, [id = ''], { comment }) => {
        const changeRequest = await session.kf.changes.reviewOverride(id, { comment });
        session.done(`Reviewed the override of change request ${id}`, changeRequest, changeRequest.state);
      }),
    );
}
