import { expect, test } from 'vitest';
import { listEntries } from '../../../../adapters/gcp-secret-manager/list-entries.ts';
import { entryNames } from '../../../../adapters/gcp-secret-manager/secret-names.ts';
import type { SecretService } from '../../../../adapters/gcp-secret-manager/service.ts';
import { asForeigner, openAdapter, payload, soon, startEmulator } from './support.ts';

async function listed(entries: AsyncIterable<string>): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of entries) paths.push(path);
  return paths;
}

test('only live entries that a path names are listed, over all pages', async () => {
  const emulator = await startEmulator({ pageLimit: 2 });
  const adapter = await openAdapter(emulator, { attributes: { prefix: 'team' } });
  for (const id of ['DB_PASSWORD', 'team__a', 'team__a__b', 'team__x-y_z', 'team____odd', 'teams__a', 'team__empty']) {
    await asForeigner(emulator, 'POST', `?secretId=${id}`, { replication: { automatic: {} } });
    if (id !== 'team__empty') await asForeigner(emulator, 'POST', `/${id}:addVersion`, payload('x'));
  }
  expect(await listed(adapter.list('', soon()))).toEqual(['a', 'a/b', 'x-y_z']);
  expect(await listed(adapter.list('a', soon()))).toEqual(['a/b']);
  const whole = await openAdapter(emulator);
  expect(await listed(whole.list('', soon()))).toContain('DB_PASSWORD');
});

test('a long listing slows down before it uses up what the project may read', async () => {
  const ids = Array.from({ length: 244 }, (_, index) => `n${index}`);
  const looks: number[] = [];
  const service: Pick<SecretService, 'listSecrets' | 'getVersion'> = {
    listSecrets: async () => ({ ids, next: '' }),
    async getVersion() {
      looks.push(performance.now());
      return { number: 1, state: 'ENABLED', etag: 'e', checked: true };
    },
  };
  const paths = await listed(listEntries(service as SecretService, entryNames(''), '', soon().signal));
  expect(paths).toEqual(ids);
  expect((looks[240] ?? 0) - (looks[239] ?? 0)).toBeGreaterThan(900);
  expect((looks[239] ?? 0) - (looks[0] ?? 0)).toBeLessThan(900);
});
