import { type NameOf, OPERATIONS } from '../policies/policy-words.ts';

/** One way in which a policy would ask for less or more than before, as the API tells it. */
export interface Remark {
  readonly rule: string;
  readonly step: string | null;
  readonly aspect: string;
  readonly text: string;
  /** Operations, ids, folders, tags, types, checks, or approvers as `user:<id>` and the like. */
  readonly entries: readonly string[];
}

export interface Remarks {
  readonly looser: readonly Remark[];
  readonly tighter: readonly Remark[];
}

/** `Two eyes, step Review: These may approve who could not before. Ann, the role admin` */
export function remarkText({ rule, step, aspect, text, entries }: Remark, nameOf: NameOf): string {
  const where = step === null ? rule : `${rule}, step ${step}`;
  const about = entries.map((entry) => entryText(aspect, entry, nameOf)).join(', ');
  return `${where}: ${text}${about === '' ? '' : ` ${about}`}`;
}

function entryText(aspect: string, entry: string, nameOf: NameOf): string {
  if (aspect === 'operations') return OPERATIONS[entry as keyof typeof OPERATIONS] ?? entry;
  if (aspect === 'projects') return nameOf('project', entry);
  if (aspect === 'customers') return nameOf('customer', entry);
  if (aspect !== 'approvers') return entry;
  const [kind = '', id = ''] = entry.split(':');
  if (kind === 'user') return nameOf('user', id);
  return kind === 'group' ? `the group ${nameOf('group', id)}` : `the role ${id}`;
}
