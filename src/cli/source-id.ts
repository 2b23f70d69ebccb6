import { CliError, EXIT } from './exit-codes.ts';
import type { Session } from './session.ts';

/** The vault profile for new secrets: the one named, that of the context, or the only one that is enabled. */
export async function chooseSourceId({ kf, source }: Session, named: string | undefined): Promise<string> {
  const wanted = named ?? source;
  if (wanted !== undefined) return (await kf.profile(wanted)).id;
  const { items } = await kf.profiles.list({ enabled: true, limit: 20 }).page();
  const [only, another] = items;
  if (only !== undefined && another === undefined) return only.id;
  const names = items.map(({ name }) => name).join(', ');
  throw new CliError(
    EXIT.usage,
    `Say at which vault profile new secrets shall be: there ${names === '' ? 'is none that is enabled' : `are ${names}`}.`,
    names === ''
      ? 'Make one with `keyferry profiles create`.'
      : 'Name it with --source, or keep it: `keyferry contexts set --source`.',
  );
}
