const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `2 hours ago`, with the moment in the viewer's zone for whoever points at it. */
export function Time({ at }: { readonly at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={ABSOLUTE.format(date)}>
      {relative(date, new Date())}
    </time>
  );
}

/** @param now what it is told from */
export function relative(date: Date, now: Date): string {
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (unit === undefined) return seconds <= 0 ? 'just now' : 'in a moment';
  return RELATIVE.format(Math.round(seconds / unit[1]), unit[0]);
}

export function absolute(at: string): string {
  return ABSOLUTE.format(new Date(at));
}
