import type { VaultAdapter } from '../../adapters/adapter.ts';
import type { ScriptedServer } from '../support/emulators/scripted-server.ts';
import type { Script, Step } from '../support/emulators/scripts.ts';
import type { VaultWorld } from '../support/vault-world.ts';
import type { Fault } from './target.ts';

/** What every emulator can do. */
export const EMULATED_FAULTS: readonly Fault[] = [
  'wrongCredential',
  'noRights',
  'readRights',
  'nobodyThere',
  'tooFast',
  'silent',
  'talkative',
  'appliesThenBreaks',
  'redirects',
];

/** No vault knows it. */
export const WRONG_CREDENTIAL = 'wrong/credential+of=nobody';

/** How one vendor's emulator is made to fail. Settings are the part that differs from those of the bench. */
export interface FaultyWays {
  readonly world: Pick<VaultWorld, 'script' | 'replies'>;
  open(change?: Readonly<Record<string, unknown>>): Promise<VaultAdapter>;
  /** Credentials: none that is known, one without any right, one that may list and read. */
  credential(fault: 'wrongCredential' | 'noRights' | 'readRights'): Readonly<Record<string, unknown>>;
  /** Starts another emulator, and says how to reach it. */
  another(): Promise<{ readonly server: ScriptedServer; readonly settings: Readonly<Record<string, unknown>> }>;
  /** The vendor's own server error with that text in it. */
  talk(text: string): Step;
  readonly appliesThenBreaks: Script;
}

/** {@link Bench.openFaulty} at an emulator. A script ends when the adapter is closed. */
export async function openFaulty(ways: FaultyWays, fault: Fault, elsewhere = 'http://127.0.0.1:9') {
  if (fault === 'wrongCredential' || fault === 'noRights' || fault === 'readRights')
    return ways.open(ways.credential(fault));
  if (fault === 'nobodyThere') {
    const { server, settings } = await ways.another();
    await server.close();
    return ways.open(settings);
  }
  const rule = ways.world.script(scriptOf(ways, fault, elsewhere));
  const adapter = await ways.open();
  const close = async () => {
    rule.remove();
    await adapter.close();
  };
  return { ...adapter, close };
}

type Scripted = Exclude<Fault, 'wrongCredential' | 'noRights' | 'readRights' | 'nobodyThere'>;

function scriptOf({ world, talk, appliesThenBreaks }: FaultyWays, fault: Scripted, elsewhere: string): Script {
  switch (fault) {
    case 'tooFast':
      return { steps: world.replies.tooFast('3') };
    case 'silent':
      return { steps: 'hang' };
    case 'talkative':
      return {
        steps: ({ path, body, headers }) => talk([path, body.toString(), JSON.stringify(headers)].join(' ')),
      };
    case 'appliesThenBreaks':
      return appliesThenBreaks;
    case 'redirects':
      return { steps: { redirect: `${elsewhere}/v1/elsewhere` } };
  }
}
