import { type ErrorCode, KeyferryError } from '../client/keyferry.ts';
import { CliError } from './exit-codes.ts';
import { printable } from './printable.ts';

/** What to do next, by code. Null: the message says it. */
const NEXT: Readonly<Record<ErrorCode, string | null>> = {
  invalid_input: null,
  template_invalid: '`keyferry render --check` prints everything that is wrong with a template.',
  malformed_json: null,
  payload_too_large: 'A secret holds 64 KiB at most: keep what is large elsewhere, and its key here.',
  unsupported_media_type: null,
  method_not_allowed: 'Is this tool newer than the API? `keyferry doctor` looks.',
  unauthenticated: 'Sign in with `keyferry login`, or set KEYFERRY_TOKEN to a token that is valid.',
  forbidden: 'See what you may do with `keyferry whoami`; ask an administrator for a role.',
  system_owned: 'A part of the estate keeps it: `keyferry secrets describe` says which; change it there.',
  not_found: 'Look with the `list` command; is it the right project (-p), and the right --customer?',
  already_exists: 'Choose another name, or change the one that is there.',
  in_use: 'Look who needs it; `secrets delete` and `secrets rename` go on with --confirm <consumer>.',
  reason_required: 'Say why with --reason, or in KEYFERRY_REASON.',
  protected: 'Lift the protection first: `keyferry secrets protect --off`.',
  quota_exceeded: 'Delete what is not needed, or ask an administrator for a larger quota.',
  version_conflict: 'Look at the newest version with `keyferry secrets describe`, then try again.',
  revision_conflict: 'It was edited meanwhile: look again.',
  change_in_progress: 'Follow the open one with `keyferry changes list`; decide or cancel it first.',
  invalid_transition:
    'Look at its state: `keyferry secrets describe`, `keyferry changes show`. A deleted one: `keyferry secrets restore`.',
  digest_mismatch: 'It was edited meanwhile: look again with `keyferry changes show`.',
  not_eligible: 'Somebody else has to decide: `keyferry changes explain <id>` says who.',
  policy_unsatisfiable: 'Give somebody a role to approve, or change the approval profile.',
  remote_path_taken:
    'Something of ours lies there: choose another name, or another naming or prefix of the vault profile.',
  content_drifted: 'Somebody changed it at the vault: write the value again with `keyferry secrets set`.',
  version_content_unavailable: 'Its vault keeps the newest version only: read that one.',
  profile_disabled: 'Enable it with `keyferry profiles enable`.',
  secret_disabled: 'Enable it with `keyferry secrets enable`.',
  version_disabled: 'Enable it with `keyferry secrets enable name@version`, or read another version.',
  write_only: 'Its values are handed out to nobody: they are used where they are carried to.',
  read_once: 'It is left to whoever it is meant for: `keyferry secrets get` takes it, for good.',
  expired: 'Its time is over: write a new version with `keyferry secrets set`.',
  idempotency_key_reused: null,
  request_in_progress: 'Try again when the first try has ended.',
  vault_conflict: 'Somebody wrote to the vault meanwhile: look with `keyferry targets list`, then try again.',
  vault_rejected: 'The vault does not take it as it is: `keyferry profiles check` says what it allows.',
  vault_denied: 'The vault refuses our credential: `keyferry vaults check` says more.',
  vault_busy: 'Try again later, or lower the rate of the vault profile.',
  vault_unavailable: 'Try again later; `keyferry profiles list` shows which vaults answer.',
  too_many_streams: 'End another one first.',
  backlog_full: 'Try again when copies have caught up: `keyferry sync` shows how many wait.',
  unavailable: 'Try again later; `keyferry doctor` looks what is missing.',
  internal: 'The log of the API says more under this request id.',
  network: 'Is the address right, and the API running? `keyferry doctor` looks at both.',
  timeout: 'Nothing is lost by trying again; `keyferry doctor` looks whether the API answers.',
  unexpected_answer: 'Is the address that of Keyferry? `keyferry doctor` looks.',
  not_applied: 'See what became of it with `keyferry changes show`.',
  no_source_profile: 'Name it with --source; `keyferry profiles list` shows them.',
};

/** A failure in words: what, which code, where, and what to do. Several lines, without colours. */
export function explainError(error: unknown): string {
  if (error instanceof CliError) return lines(error.message, error.next.split('\n'));
  if (!(error instanceof KeyferryError)) return lines(`Unexpected: ${describe(error)}`, []);
  const fields = error.fields.map(({ pointer, expected }) => `${pointer}: expected ${expected}`);
  const problems = [...templateProblems(error.facts.problems), ...consumers(error.facts.consumers)];
  const request = error.requestId === undefined ? '' : `, request ${error.requestId}`;
  const next = Object.hasOwn(NEXT, error.code) ? NEXT[error.code] : null;
  return lines(error.message, [
    ...fields.filter((field) => !error.message.includes(field)),
    ...problems.filter((problem) => !error.message.includes(problem)),
    `(${error.code}${request})`,
    ...changeOf(error.facts.changeRequestId),
    ...(next === null ? [] : [next]),
  ]);
}

function templateProblems(problems: unknown): string[] {
  if (!Array.isArray(problems)) return [];
  return problems.map((problem: { line?: unknown; column?: unknown; message?: unknown }) =>
    [problem.line, problem.column, problem.message].filter((part) => part !== undefined).join(':'),
  );
}

/** The change request that failed, or that is in the way. */
function changeOf(id: unknown): string[] {
  return typeof id === 'string' ? [`keyferry changes show ${id}`] : [];
}

function consumers(found: unknown): string[] {
  if (!Array.isArray(found)) return [];
  const shown = found.map(({ id, name }: { id?: unknown; name?: unknown }) => `${name}: --confirm ${id}`);
  return [...new Set(shown)];
}

function lines(first: string, others: readonly string[]): string {
  return [`keyferry: ${printable(first)}`, ...others.map((line) => `  ${printable(line)}`)].join('\n');
}

/** Of what nobody foresaw only the kind is told: its text could quote anything. */
function describe(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return [name, code].filter((part) => typeof part === 'string').join(' ') || 'a failure without a name';
}
