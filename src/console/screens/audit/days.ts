/** Things of one day where the viewer is. */
export interface Day<T> {
  /** The day's own number, for a key: `2026-11-23`. */
  readonly date: string;
  readonly title: string;
  readonly items: readonly T[];
}

const TITLE = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** By day in the viewer's zone; what is in order stays so. */
export function byDay<T extends { readonly at: string }>(items: readonly T[], now: Date): Day<T>[] {
  const days = new Map<string, T[]>();
  for (const item of items) {
    const date = dateOf(new Date(item.at));
    const known = days.get(date);
    if (known === undefined) days.set(date, [item]);
    else known.push(item);
  }
  return [...days].map(([date, those]) => ({ date, title: titleOf(date, now), items: those }));
}

function titleOf(date: string, now: Date): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date === dateOf(now)) return 'Today';
  if (date === dateOf(yesterday)) return 'Yesterday';
  return TITLE.format(new Date(`${date}T00:00`));
}

function dateOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
