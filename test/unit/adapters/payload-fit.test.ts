import { expect, test } from 'vitest';
import { kubernetesModule } from '../../../adapters/kubernetes/adapter-module.ts';
import { loadAdapterModule } from '../../../adapters/registry.ts';
import { sizeOfFields } from '../../../adapters/secret-value.ts';
import { fieldsOf } from '../secrets/payload/support.ts';

async function misfit(kind: string, attributes: object, record: Readonly<Record<string, string>>) {
  const module = await loadAdapterModule(kind);
  const fields = fieldsOf(record);
  return module.misfit(module.attributes.parse(attributes), { names: [...fields.keys()], size: sizeOfFields(fields) });
}

test.each(['aws-secrets-manager', 'gcp-secret-manager', 'scaleway'])(
  '%s: plain is one field that is not empty',
  async (kind) => {
    const plain = { encoding: 'plain' };
    expect(await misfit(kind, plain, { value: 'x' })).toBeUndefined();
    expect(await misfit(kind, plain, { value: '' })).toMatchObject({ code: 'invalid_argument' });
    expect(await misfit(kind, plain, { other: 'x' })).toMatchObject({ code: 'invalid_argument' });
    expect(await misfit(kind, plain, { value: 'x', other: 'y' })).toMatchObject({ code: 'invalid_argument' });
    expect(await misfit(kind, {}, { value: '', other: '' })).toBeUndefined();
  },
);

test('a Secret of a type needs the data keys of that type', async () => {
  const at = (attributes: object, names: readonly string[]) =>
    kubernetesModule.misfit(kubernetesModule.attributes.parse(attributes), { names, size: 10 })?.code;
  expect(at({ projection: 'tls' }, ['tls.crt', 'tls.key', 'ca.crt'])).toBeUndefined();
  expect(at({ projection: 'tls' }, ['tls.crt'])).toBe('invalid_argument');
  expect(at({ projection: 'basic-auth' }, ['password'])).toBeUndefined();
  expect(at({ projection: 'basic-auth' }, ['value'])).toBe('invalid_argument');
  expect(at({ projection: 'dockerconfigjson' }, ['.dockerconfigjson'])).toBeUndefined();
  const docker = { projection: 'dockerconfigjson', encoding: 'plain', dataKey: '.dockerconfigjson' };
  expect(at(docker, ['value'])).toBeUndefined();
  expect(at({ projection: 'tls', encoding: 'json', dataKey: 'tls.crt' }, ['a', 'b'])).toBe('invalid_argument');
  expect(at({ layout: 'shared', secretName: 's', encoding: 'plain' }, ['a'])).toBe('invalid_argument');
  expect(at({}, ['a/b'])).toBe('invalid_argument');
});

test('the shared Secret takes smaller entries than one of its own', () => {
  const at = (attributes: object) =>
    kubernetesModule.misfit(kubernetesModule.attributes.parse(attributes), { names: ['value'], size: 65_537 });
  expect(at({})).toBeUndefined();
  expect(at({ layout: 'shared', secretName: 's' })).toEqual({ code: 'too_large', maxBytes: 65_536 });
});
