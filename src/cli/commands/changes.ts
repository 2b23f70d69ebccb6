import { type Command, Option } from 'commander';
import type { ChangeComment, ChangeRequest, ChangeRequestDetail, Query } from '../../client/keyferry.ts';
import { assertSure } from '../ask.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { atMost, limitOption, waitOption } from '../options.ts';
import type { SetExitCode } from '../program.ts';
import { reportChange, type Wait } from '../report-change.ts';
import { inSession } from '../session.ts';
import type { View } from '../show.ts';
import { showEvidence } from '../show-evidence.ts';
import { verifyChange } from '../verify-change.ts';
import { addOverrideCommands } from './override-change.ts';
import { addOwnChangeCommands } from './own-changes.ts';

const STATES = [
  'draft',
  'pending_approval',
  'approved',
  'executing',
  'indeterminate',
  'applied',
  'failed',
  'conflict',
  'rejected',
  'cancelled',
  'expired',
];

const listView: View<ChangeRequest> = {
  columns: {
    id: ({ id }) => id,
    operation: ({ operation }) => operation,
    state: ({ state }) => state,
    requester: ({ requester }) => requester.name,
    created: ({ createdAt }) => createdAt,
    comment: ({ comment }) => comment.slice(0, 40),
  },
  value: ({ id }) => id,
};

const detailView: View<ChangeRequestDetail> = {
  columns: {
    ...listView.columns,
    comment: ({ comment }) => comment,
    revision: ({ revision }) => revision,
    digest: ({ digest }) => digest,
    code: ({ code }) => code,
    'made version': ({ resultVersion }) => resultVersion,
    expires: ({ expiresAt }) => expiresAt,
    approval: ({ approval }) =>
      approval
        .flatMap(({ steps }) => steps.map(({ name, votes, required }) => `${name}: ${votes.length} of ${required}`))
        .join(', '),
    reviews: ({ reviews }) => reviews.map(({ reviewer, decision }) => `${reviewer.name}: ${decision}`).join(', '),
    override: ({ override }) => (override === null ? '' : `${override.by.name}: ${override.reason}`),
    copies: ({ sync }) => (sync === undefined ? '' : `${sync.verified} of ${sync.needed} proved`),
  },
  value: ({ state }) => state,
};

/** `changes …`: following and deciding. */
export function addChangeCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  const changes = program.command('changes').alias('change').description('change requests: follow and decide');
  addLooking(changes, io, setExitCode);
  addDecisions(changes, io);
  addOverrideCommands(changes, io);
  addOwnChangeCommands(changes, io);
}

interface ListOptions {
  readonly forMe?: boolean;
  readonly mine?: boolean;
  readonly group?: string;
  readonly state?: string;
  readonly limit: number;
}

function addLooking(changes: Command, io: Io, setExitCode: SetExitCode): void {
  changes
    .command('list')
    .description('change requests, newest first')
    .option('--for-me', 'that wait for my decision')
    .option('--mine', 'that I made')
    .option('--group <id>', 'that were asked for together')
    .addOption(new Option('--state <state>', 'in this state').choices(STATES))
    .addOption(limitOption())
    .action(
      inSession<ListOptions>(io, async (session, _args, options) => {
        const query = {
          ...(options.forMe && { waitingFor: 'me' }),
          ...(options.mine && { mine: true }),
          ...(options.group && { groupId: options.group }),
          ...(options.state && { state: options.state }),
        } as Query<'listChangeRequests'>;
        session.list(await atMost(session.kf.changes.list(query), options.limit), listView);
      }),
    );
  changes
    .command('show')
    .description('one, with its votes; --evidence: what it would change')
    .argument('<id>', 'of the change request')
    .option('--evidence', 'fields, warnings and destinations; never a value')
    .action(
      inSession<{ evidence?: boolean }>(io, async (session, [id = ''], { evidence }) => {
        if (evidence) return showEvidence(session, await session.kf.changes.evidence(id));
        session.one(await session.kf.changes.get(id), detailView);
      }),
    );
  changes
    .command('explain')
    .description('what it waits for, and who can move it')
    .argument('<id>', 'of the change request')
    .action(
      inSession(io, async (session, [id = '']) => {
        const told = await session.kf.changes.explain(id);
        session.one(told, {
          columns: {
            state: ({ state }) => state,
            summary: ({ summary }) => summary,
            missing: ({ approval }) =>
              approval
                .flatMap(({ steps }) => steps.filter(({ missing }) => missing > 0))
                .map(
                  ({ step, missing, canDecide }) =>
                    `${step}: ${missing} of ${canDecide.people.map(({ name }) => name).join(', ')}`,
                )
                .join('; '),
            ways: ({ ways }) => ways.map(({ text }) => text).join(' '),
          },
          value: ({ waitsFor }) => waitsFor,
        });
      }),
    );
  changes
    .command('verify')
    .description('check that an applied one was agreed and has arrived everywhere')
    .argument('<id>', 'of the change request')
    .action(
      inSession(io, async (session, [id = '']) => {
        const findings = await verifyChange(session.kf, id);
        session.list(findings, {
          columns: { ok: ({ ok }) => ok, check: ({ check }) => check, says: ({ says }) => says },
          value: ({ check, ok }) => `${check} ${ok ? 'ok' : 'not ok'}`,
        });
        if (findings.some(({ ok }) => !ok)) setExitCode(EXIT.unsound);
      }),
    );
}

function addDecisions(changes: Command, io: Io): void {
  for (const decision of ['approve', 'reject'] as const) {
    changes
      .command(decision)
      .description(`${decision} exactly what is shown`)
      .argument('<id>', 'of the change request')
      .option('--digest <digest>', 'only if it is still this')
      .option('-m, --comment <text>', 'why')
      .addOption(waitOption())
      .action(
        inSession<{ digest?: string; comment?: string; wait?: Wait }>(io, async (session, [id = ''], options) => {
          const { revision, digest } = await session.kf.changes.get(id);
          if (session.globals.yes !== true) {
            showEvidence(session, await session.kf.changes.evidence(id));
            await assertSure(io, `${decision === 'approve' ? 'Approve' : 'Reject'} this?`, false);
          }
          const shown = options.digest ?? digest;
          const body = { decision, revision, digest: shown, ...(options.comment && { comment: options.comment }) };
          const changeRequest = await session.kf.changes.review(id, body);
          const said = `${decision === 'approve' ? 'Approved' : 'Rejected'}: change request ${id}`;
          if (decision === 'reject' || options.wait === undefined)
            session.done(said, changeRequest, changeRequest.state);
          else await reportChange(session, { changeRequest }, { wait: options.wait, applied: () => said });
        }),
      );
  }
  changes
    .command('comment')
    .description('say something about one, or read what was said')
    .argument('<id>', 'of the change request')
    .argument('[text]', 'what to say; without it: what was said')
    .action(
      inSession(io, async (session, [id = '', text]) => {
        if (text !== undefined) {
          const comment = await session.kf.changes.comment(id, text);
          return session.done('Said.', comment, comment.id);
        }
        const view: View<ChangeComment> = {
          columns: { at: ({ createdAt }) => createdAt, by: ({ author }) => author.name, text: ({ text }) => text },
          value: ({ text }) => text,
        };
        session.list(await session.kf.changes.comments(id).all(), view);
      }),
    );
}
