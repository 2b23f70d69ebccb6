import { AREAS, exitCodeOf, type Finding, type Level } from './finding.ts';

const GAP = '  ';
const VERDICTS = {
  0: 'All is well.',
  1: 'It works; look at the warnings.',
  2: 'Something does not work.',
} as const;

/** Findings in the order of their areas. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return AREAS.flatMap((area) => findings.filter((finding) => finding.area === area));
}

/** A table for a terminal: one line per finding, what to do next below those that are not well. */
export function renderTable(findings: readonly Finding[]): string {
  const widths = {
    area: Math.max(...findings.map(({ area }) => area.length)),
    check: Math.max(...findings.map(({ check }) => check.length)),
  };
  const indent = ' '.repeat(4 + widths.area + widths.check + 3 * GAP.length);
  const lines = inOrder(findings).flatMap(({ area, check, level, says, next }) => [
    [level.padEnd(4), area.padEnd(widths.area), check.padEnd(widths.check), says].map(oneLine).join(GAP),
    ...(next === undefined ? [] : [`${indent}→ ${oneLine(next)}`]),
  ]);
  return `${lines.join('\n')}\n\n${countsOf(findings)}. ${VERDICTS[exitCodeOf(findings)]}\n`;
}

function countsOf(findings: readonly Finding[]): string {
  const count = (wanted: Level) => `${findings.filter(({ level }) => level === wanted).length} ${wanted}`;
  return (['ok', 'warn', 'fail'] as const).map(count).join(', ');
}

/** Names of profiles come from people: nothing in them moves a terminal's cursor. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}

/** For programs: `exitCode` and the findings, in order. */
export function renderJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ exitCode: exitCodeOf(findings), findings: inOrder(findings) }, null, 2)}\n`;
}
