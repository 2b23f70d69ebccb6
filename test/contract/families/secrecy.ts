import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import type { Family } from '../family.ts';
import { faultLaw } from '../fault-law.ts';
import { law } from '../law.ts';
import { call, fieldsOf } from '../suite.ts';
import type { Fault } from '../target.ts';

/** All that end. */
const LOUD_FAULTS: readonly Fault[] = [
  'wrongCredential',
  'noRights',
  'readRights',
  'nobodyThere',
  'tooFast',
  'talkative',
  'appliesThenBreaks',
  'redirects',
];

/** Every way a thing is usually printed. */
function printed(thing: unknown): string {
  const parts = [inspect(thing, { depth: 12, showHidden: true, getters: true }), String(thing)];
  if (thing instanceof Error) parts.push(thing.stack ?? '', inspect(thing.cause), ...Object.values(thing).map(String));
  try {
    parts.push(JSON.stringify(thing) ?? '');
  } catch {
    // Circular: what inspect showed is enough.
  }
  return parts.join('\n');
}

function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(text)];
}

function expectNone(output: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) expect(output.includes(spelling)).toBe(false);
  }
}

export const testSecrecy: Family = (suite) => {
  /** Everything an adapter can be made to say about a canary. */
  const provoke = async (adapter: VaultAdapter, canary: string): Promise<unknown[]> => {
    const path = suite.freshPath();
    const options = { ...call(), operationId: randomUUID() };
    const said: unknown[] = [adapter];
    const attempts = [
      () => adapter.write(path, fieldsOf({ value: canary }), options),
      () => adapter.write(path, fieldsOf({ value: canary }), { ...options, operationId: 'other', ifVersion: '77' }),
      () => adapter.write(path, fieldsOf({ value: canary }), { ...options, operationId: 'no good' }),
      () => adapter.write(path, fieldsOf({ value: canary.repeat(3000) }), options),
      () => adapter.write(`${path}/../x`, fieldsOf({ value: canary }), options),
      () => adapter.read(path, call()),
      () => adapter.head(path, call()),
      () => adapter.list(path, call())[Symbol.asyncIterator]().next(),
      () => adapter.check(call()),
    ];
    for (const attempt of attempts) said.push(await attempt().catch((error: unknown) => error));
    return said;
  };

  const quiet = async (adapter: VaultAdapter): Promise<void> => {
    const canary = `canary-${randomUUID()}`;
    for (const said of await provoke(adapter, canary)) expectNone(printed(said), [canary, ...suite.bench.credentials]);
  };

  law('the adapter, its answers and its errors show no value and no credential', async () => {
    await quiet(suite.adapter);
  });

  for (const fault of LOUD_FAULTS) {
    faultLaw(suite, fault, `and neither when the vault fails: ${fault}`, async () => {
      const adapter = await suite.bench.openFaulty(fault);
      await quiet(adapter);
      await adapter.close();
    });
  }

  law('a closed adapter shows none', async () => {
    const adapter = await suite.bench.open();
    await adapter.close();
    await quiet(adapter);
  });

  law('an error has no cause and its message is the operation and the code', async () => {
    const error: unknown = await suite.adapter.read(suite.freshPath(), call()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'read: not_found' });
    expect(error instanceof Error && error.cause).toBe(undefined);
  });
};
