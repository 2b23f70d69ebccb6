import type { ApprovalRuleOutput } from '../../../client/api-types.ts';
import { type NameOf, type RuleLine, ruleLines } from './policy-words.ts';

/** One line of a rule before and after; undefined where it is not said. */
export interface LineDifference {
  readonly label: string;
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** A rule that is new, gone or says something else. */
export interface RuleDifference {
  readonly rule: string;
  readonly kind: 'new' | 'gone' | 'changed' | 'same';
  readonly lines: readonly LineDifference[];
}

type Rules = readonly ApprovalRuleOutput[];

/** Rule by rule, by name, what is said otherwise; new ones first come where they stand. */
export function policyDifference(before: Rules, after: Rules, nameOf: NameOf): RuleDifference[] {
  const linesOf = (rule: ApprovalRuleOutput | undefined) => (rule === undefined ? [] : ruleLines(rule, nameOf));
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return names.map((name) => {
    const [was, is] = [before, after].map((rules) => rules.find((rule) => rule.name === name));
    const lines = compared(linesOf(was), linesOf(is));
    const same = lines.every((line) => line.was === line.is);
    const kind = was === undefined ? 'new' : is === undefined ? 'gone' : same ? 'same' : 'changed';
    return { rule: name, kind, lines };
  });
}

function compared(before: readonly RuleLine[], after: readonly RuleLine[]): LineDifference[] {
  const labels = [...new Set([...after, ...before].map(({ label }) => label))];
  const textOf = (lines: readonly RuleLine[], label: string) => lines.find((line) => line.label === label)?.text;
  return labels.map((label) => ({ label, was: textOf(before, label), is: textOf(after, label) }));
}
