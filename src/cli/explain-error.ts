import { type ErrorCode, KeyferryError } from '../client/keyferry.ts';
import { CliError } from './exit-codes.ts';
import { printable } from './printable.ts';

/** What to do next, by code. */
const NEXT: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'Sign in with `keyferry login`, or set KEYFERRY_TOKEN to a token that is valid.',
  forbidden: 'See what you may do with `keyferry whoami`; ask an administrator for a role.',
  not_eligible: 'Somebody else has to decide: `keyferry changes explain <id>` says who.',
  already_exists: 'Choose another name, or change the one that is there.',
  version_conflict: 'Look at the newest version with `keyferry secrets describe`, then try again.',
  change_in_progress: 'Follow the open one with `keyferry changes list`; decide or cancel it first.',
  digest_mismatch: 'It was edited meanwhile: look again with `keyferry changes show`.',
  revision_conflict: 'It was edited meanwhile: look again.',
  protected: 'Lift the protection first: `keyferry secrets protect --off`.',
  profile_disabled: 'Enable it with `keyferry profiles enable`.',
  policy_unsatisfiable: 'Give somebody a role to approve, or change the approval profile.',
  vault_denied: 'The vault refuses our credential: `keyferry vaults check` says more.',
  vault_unavailable: 'Try again later; `keyferry profiles list` shows which vaults answer.',
  backlog_full: 'Try again when copies have caught up: `keyferry sync` shows how many wait.',
  network: 'Is the address right, and the API running? `keyferry doctor` looks at both.',
  unexpected_answer: 'Is the address that of Keyferry? `keyferry doctor` looks.',
  no_source_profile: 'Name it with --source; `keyferry profiles list` shows them.',
  internal: 'The log of the API says more under this request id.',
};

/** A failure in words: what, which code, where, and what to do. Several lines, without colours. */
export function explainError(error: unknown): string {
  if (error instanceof CliError) return lines(error.message, error.next === undefined ? [] : [error.next]);
  if (!(error instanceof KeyferryError)) return lines(`Unexpected: ${describe(error)}`, []);
  const fields = error.fields.map(({ pointer, expected }) => `${pointer}: expected ${expected}`);
  const problems = templateProblems(error.facts.problems);
  const request = error.requestId === undefined ? '' : `, request ${error.requestId}`;
  const next = NEXT[error.code];
  return lines(error.message, [
    ...fields.filter((field) => !error.message.includes(field)),
    ...problems.filter((problem) => !error.message.includes(problem)),
    `(${error.code}${request})`,
    ...(next === undefined ? [] : [next]),
  ]);
}

function templateProblems(problems: unknown): string[] {
  if (!Array.isArray(problems)) return [];
  return problems.map((problem: { line?: unknown; column?: unknown; message?: unknown }) =>
    [problem.line, problem.column, problem.message].filter((part) => part !== undefined).join(':'),
  );
}

function lines(first: string, others: readonly string[]): string {
  return [`keyferry: ${printable(first)}`, ...others.map((line) => `  ${printable(line)}`)].join('\n');
}

/** Of what nobody foresaw only the kind is told: its text could quote anything. */
function describe(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return [name, code].filter((part) => typeof part === 'string').join(' ') || 'a failure without a name';
}
