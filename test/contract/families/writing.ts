import { expect } from 'vitest';
import type { Family } from '../family.ts';
import { law, lawIf } from '../law.ts';
import { call, fieldsOf, vaultError } from '../suite.ts';

export const testWriting: Family = (suite, capabilities) => {
  law('a write answers with the head that a look finds afterwards', async () => {
    const path = suite.freshPath();
    const written = await suite.text(path, 'one');
    expect(written.path).toBe(path);
    expect(await suite.adapter.head(path, call())).toEqual(written);
  });

  law('a second write replaces the whole entry and makes another version', async () => {
    const path = suite.freshPath();
    const first = await suite.write(path, fieldsOf({ user: 'a', password: 'b' }));
    const second = await suite.write(path, fieldsOf({ password: 'c' }));
    expect(second.version).not.toBe(first.version);
    const { fields } = await suite.adapter.read(path, call());
    expect([...fields.keys()]).toEqual(['password']);
    expect(fields.get('password')?.revealText()).toBe('c');
  });

  law('one entry can lie below another', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'outer');
    await suite.text(`${path}/inner`, 'inner');
    expect(await suite.readText(path)).toBe('outer');
    expect(await suite.readText(`${path}/inner`)).toBe('inner');
  });

  law('operation ids that are no identifiers are refused', async () => {
    const path = suite.freshPath();
    for (const operationId of ['', 'a b', 'a/b', 'x'.repeat(65)]) {
      const error = await vaultError(suite.text(path, 'x', { operationId }));
      expect(error).toMatchObject({ code: 'invalid_argument', maybeApplied: false });
    }
    expect((await vaultError(suite.adapter.head(path, call()))).code).toBe('not_found');
  });

  // There every write counts: the caller looks before it repeats.
  const isTold = async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one', { operationId: 'op-1' });
    const again = await suite.text(path, 'one', { operationId: 'op-1' });
    expect(again.version).not.toBe(first.version);
  };
  const operationLaw = (title: string, run: () => Promise<void>) => lawIf(capabilities.operationId, title, run, isTold);

  operationLaw('a repeated operation makes no second version', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one', { operationId: 'op-1', ifVersion: 'absent' });
    const again = await suite.text(path, 'one', { operationId: 'op-1', ifVersion: 'absent' });
    expect(again.version).toBe(first.version);
    expect((await suite.adapter.head(path, call())).version).toBe(first.version);
  });

  operationLaw('a repeated operation undoes nothing that came after it', async () => {
    const path = suite.freshPath();
    const first = await suite.text(path, 'one', { operationId: 'op-1' });
    const second = await suite.text(path, 'two', { operationId: 'op-2' });
    const again = await suite.text(path, 'one', { operationId: 'op-1' });
    expect(again.version).toBe(first.version);
    expect((await suite.adapter.head(path, call())).version).toBe(second.version);
    expect(await suite.readText(path)).toBe('two');
  });

  operationLaw('one operation id never stands for two contents', async () => {
    const path = suite.freshPath();
    await suite.text(path, 'one', { operationId: 'op-1' });
    const error = await vaultError(suite.text(path, 'other', { operationId: 'op-1' }));
    expect(error.code).toBe('invalid_argument');
    expect(await suite.readText(path)).toBe('one');
  });

  operationLaw('a repeated operation makes no second version among many at once', async () => {
    const path = suite.freshPath();
    const heads = await Promise.all([1, 2, 3, 4, 5].map(() => suite.text(path, 'one', { operationId: 'op-1' })));
    expect(new Set(heads.map((head) => head.version)).size).toBe(1);
  });
};
