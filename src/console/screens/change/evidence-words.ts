import type { Evidence, EvidenceWarning, FieldEvidence } from '../../../client/api-types.ts';
import { wordsOf } from '../../words.ts';

const WARNINGS: Readonly<Record<string, string>> = {
  field_removed: 'A field goes away',
  nothing_changes: 'The content is the one that is there already',
  value_reused: 'An older value is used again',
  weaker_value: 'The new value is weaker than the one before',
  low_strength: 'The value is easy to guess',
  expired: 'It has expired already',
  not_yet_valid: 'It is not valid yet',
  expires_sooner: 'It expires sooner than what is there',
  weak_key: 'The key is short',
  weaker_key: 'The key is weaker than the one before',
  form_changed: 'It has another form than before',
  destination_conflict: 'A foreign entry lies where a copy would go',
  key_does_not_match_certificate: 'Key and certificate do not belong together',
  jwt_expired: 'The token has expired already',
};

export function warningText({ code, fields, before, after }: EvidenceWarning): string {
  const text = WARNINGS[code] ?? wordsOf(code);
  const where = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  const change = before === undefined && after === undefined ? '' : ` (${shown(before)} → ${shown(after)})`;
  return text + where + change;
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** @param all everything was compared, so what is withheld is withheld from everybody */
export function fieldText({ presence, value, equalsVersions }: FieldEvidence, all: boolean): string {
  if (presence === 'added') return 'New field';
  if (presence === 'removed') return 'Removed';
  const again = equalsVersions && equalsVersions.length > 0 ? `, as in version ${equalsVersions.join(', ')}` : '';
  if (value === 'unchanged') return 'Unchanged';
  if (value === 'changed') return `Changed${again}`;
  if (value !== 'withheld') return 'Kept';
  return all ? 'Withheld: easy to guess' : 'Withheld';
}

/** What is said about the content as a whole. */
export function comparisonText({ content, comparison }: Evidence): string {
  if (comparison === 'reviewers_only') return 'Whether values are equal to earlier ones is told to reviewers only.';
  if (comparison === 'rate_limited')
    return 'Compared very often lately: whether values are equal is not told for a while.';
  switch (content?.equals) {
    case 'current':
      return 'The content equals the current version.';
    case 'older':
      return `The content equals version ${content.equalsVersion}.`;
    case 'withheld':
      return 'A value could be guessed, so nobody is told whether it is equal to another.';
    default:
      return 'The content equals no version before.';
  }
}
