import type { Notice } from './notice.ts';
import { kindFacts } from './notice-kinds.ts';

/** A notice in words: one line, and what else there is to know, a name and a text each. */
export interface NoticeText {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, text: string])[];
  /** Where to look; undefined when there is nothing to look at. */
  readonly url: string | undefined;
}

const LONGEST_TITLE = 200;

/** The words of a notice. `publicUrl`: where people reach Keyferry, without a slash at the end. */
export function noticeText(notice: Notice, publicUrl: string): NoticeText {
  const { facts, project, profile, actor, organization } = notice;
  const rows: [string, string | number | undefined][] = [
    ['Organization', organization.name],
    ['Project', project?.name],
    ['Operation', facts.operation],
    ['Version', facts.version],
    ['Revision', facts.revision],
    ['Decision', facts.decision],
    ['Vault profile', profile?.name],
    ['State', facts.state],
    ['Code', facts.code],
    ['Expires', facts.expiresAt],
    ['Removals wanted', facts.wanted],
    ['Of copies', facts.of],
    ['Objective in seconds', facts.objectiveSeconds],
    ['By', actor.type === 'system' ? undefined : actor.name],
    ['At', notice.at],
  ];
  return {
    title: oneLine(`${subjectOf(notice)} ${kindFacts(notice.kind).says}`, LONGEST_TITLE),
    facts: rows.flatMap(([name, text]) =>
      text === undefined || text === '' ? [] : [[name, oneLine(String(text), 300)] as const],
    ),
    url: linkOf(notice, publicUrl),
  };
}

function subjectOf({ kind, facts, subject, object }: Notice): string {
  if (kind === 'ping') return 'Keyferry';
  const what = subject === null ? object.type : `${subject.type} ${subject.name}`.trimEnd();
  const thing = what.replaceAll('_', ' ');
  return kind.startsWith('change.')
    ? `Change (${String(facts.operation ?? '').replaceAll('_', ' ')}) of ${thing}`
    : thing;
}

const PATHS: Readonly<Record<string, string>> = {
  change_request: 'change-requests',
  target: 'targets',
  secret: 'secrets',
  vault_profile: 'vault-profiles',
  approval_profile: 'approval-profiles',
  token: 'tokens',
  consumer: 'consumers',
};

/** The API's own address of the object; of a target that of its secret's targets. */
function linkOf({ object, subject, kind }: Notice, publicUrl: string): string | undefined {
  if (kind === 'ping') return undefined;
  if (object.type === 'installation') return `${publicUrl}/v1/sync`;
  if (object.type === 'target') {
    return subject === null ? undefined : `${publicUrl}/v1/secrets/${encodeURIComponent(subject.id)}/targets`;
  }
  const path = PATHS[object.type];
  return path === undefined ? undefined : `${publicUrl}/v1/${path}/${encodeURIComponent(object.id)}`;
}

/** Names come from people: no line break, no control, no invisible direction mark may shape a header or a message. */
export function oneLine(text: string, longest: number): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const characters = [...plain];
  return characters.length <= longest ? plain : `${characters.slice(0, longest - 1).join('')}…`;
}
