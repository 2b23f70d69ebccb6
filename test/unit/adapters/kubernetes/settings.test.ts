import { expect, test } from 'vitest';
import { kubernetesModule } from '../../../../adapters/kubernetes/adapter-module.ts';
import { readKubeconfig } from '../../../../adapters/kubernetes/kubeconfig.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';
import { tls as authority, vaultError } from './support.ts';

const pem = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig({ cluster = '', user = "token: 'abc'", current = 'one' } = {}): string {
  return `
current-context: ${current}
contexts: [{ name: one, context: { cluster: c, user: u, namespace: ignored } }, { name: two, context: { cluster: x } }]
clusters: [{ name: c, cluster: { server: 'https://cluster.example.com:6443'${cluster && `, ${cluster}`} } }]
users: [{ name: u, user: { ${user} } }]
`;
}

const problemsOf = (input: object) => {
  const parsed = kubernetesModule.settings.safeParse(input);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

test('a kubeconfig gives the server, the authority and the credential of its current context', () => {
  const cluster = `certificate-authority-data: ${pem(authority.cert)}, tls-server-name: api.internal`;
  expect(readKubeconfig(kubeconfig({ cluster }))).toEqual({
    server: 'https://cluster.example.com:6443',
    caCert: authority.cert,
    serverName: 'api.internal',
    token: 'abc',
  });
  const user = `client-certificate-data: ${pem(authority.cert)}, client-key-data: ${pem(authority.key)}`;
  expect(readKubeconfig(kubeconfig({ user }))).toMatchObject({ clientCert: authority.cert, clientKey: authority.key });
});

test.each([
  ['a program', { user: 'exec: { command: aws }' }],
  ['a plugin', { user: 'auth-provider: { name: gcp }' }],
  ['a token file', { user: 'tokenFile: /etc/passwd' }],
  ['a key file', { user: 'client-certificate: /etc/hosts, client-key: /etc/shadow' }],
  ['a password', { user: 'username: a, password: canary' }],
  ['somebody else', { user: "token: 'abc', as: system:admin" }],
  ['an authority file', { cluster: 'certificate-authority: /etc/hosts' }],
  ['no check of the certificate', { cluster: 'insecure-skip-tls-verify: true' }],
  ['a proxy', { cluster: 'proxy-url: http://proxy' }],
  ['a missing context', { current: 'nobody' }],
  ['a context without a cluster', { current: 'two' }],
  ['no credential', { user: '' }],
  ['half a certificate', { user: `client-certificate-data: ${pem(authority.cert)}` }],
  ['no PEM', { cluster: `certificate-authority-data: ${pem('canary')}` }],
  ['a token with a line break', { user: 'token: "a\\r\\nx: y"' }],
])('a kubeconfig with %s is refused without quoting it', (_name, wish) => {
  const problem = readKubeconfig(kubeconfig(wish));
  expect(typeof problem).toBe('string');
  expect(problem).not.toMatch(/canary|etc|abc|proxy:/);
});

test('what is no kubeconfig is refused without quoting it', () => {
  for (const text of ['', 'canary', '{', '- canary', 'a: &a [x]\nb: [*a, *a]', 'current-context: [canary]']) {
    const [problem, ...others] = problemsOf({ authMethod: 'kubeconfig', kubeconfig: text });
    expect(problem).toMatch(/^kubeconfig: expected a kubeconfig/);
    expect(problem).not.toContain('canary');
    expect(others).toEqual([]);
  }
  const plain = kubeconfig().replace('https:', 'http:');
  expect(problemsOf({ authMethod: 'kubeconfig', kubeconfig: plain })).toHaveLength(1);
});

test('each login demands its own settings and refuses those of others', () => {
  const address = 'https://cluster.example.com:6443';
  expect(problemsOf({ address, authMethod: 'token', token: 'a' })).toEqual([]);
  expect(problemsOf({ address, authMethod: 'token' })).toEqual(['token: expected with authMethod token']);
  expect(problemsOf({ address: 'http://cluster:8001', authMethod: 'token', token: 'a' })).toHaveLength(1);
  expect(problemsOf({ address: `${address}/k8s/clusters/c`, authMethod: 'token', token: 'a' })).toHaveLength(1);
  const pair = { clientCert: authority.cert, clientKey: authority.key };
  expect(problemsOf({ address, authMethod: 'clientCertificate', ...pair })).toEqual([]);
  expect(problemsOf({ address, authMethod: 'clientCertificate', ...pair, clientKey: 'canary' })).toHaveLength(1);
  expect(problemsOf({ authMethod: 'kubeconfig', kubeconfig: kubeconfig() })).toEqual([]);
  expect(problemsOf({ address, authMethod: 'kubeconfig', kubeconfig: kubeconfig() })).toHaveLength(1);
  expect(problemsOf({ authMethod: 'ambient' })).toEqual([]);
  expect(problemsOf({ authMethod: 'ambient', token: 'a' })).toHaveLength(1);
});

test('attributes that do not fit together are refused', () => {
  const refused = (input: object) => !kubernetesModule.attributes.safeParse(input).success;
  expect(kubernetesModule.attributes.parse({})).toEqual({
    namespace: 'default',
    layout: 'secret',
    projection: 'opaque',
    labels: {},
  });
  for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease', 'A', 'a.b', '']) {
    expect([namespace, refused({ namespace })]).toEqual([namespace, true]);
  }
  expect(refused({ layout: 'shared' })).toBe(true);
  expect(refused({ secretName: 'a' })).toBe(true);
  expect(refused({ layout: 'shared', secretName: 'a', encoding: 'fields' })).toBe(true);
  expect(refused({ layout: 'shared', secretName: 'a', projection: 'tls' })).toBe(true);
  expect(refused({ dataKey: 'a' })).toBe(true);
  expect(refused({ encoding: 'plain', dataKey: '..a' })).toBe(true);
  expect(refused({ labels: { 'a b': 'c' } })).toBe(true);
  expect(refused({ labels: { 'example.com/team': 'c'.repeat(64) } })).toBe(true);
  expect(refused({ layout: 'shared', secretName: 'a', encoding: 'plain', labels: { 'example.com/team': 'c' } })).toBe(
    false,
  );
});

test('a namespace that the vault closes is refused, and the surroundings only when the operator lets them in', async () => {
  const settings = (input: object) => kubernetesModule.settings.parse(input);
  const attributes = kubernetesModule.attributes.parse({ namespace: 'vaults' });
  const closed = settings({
    address: 'https://127.0.0.1:1',
    authMethod: 'token',
    token: 'a',
    refusedNamespaces: ['vaults'],
  });
  const open = kubernetesModule.open(closed, attributes, adapterPorts());
  expect((await vaultError(open)).code).toBe('invalid_argument');
  const ambient = settings({ authMethod: 'ambient' });
  expect(await vaultError(kubernetesModule.open(ambient, attributes, adapterPorts()))).toMatchObject({
    code: 'permission_denied',
  });
  // No pod: there is no service account here.
  const outside = kubernetesModule.open(ambient, attributes, adapterPorts({ allowAmbient: true }));
  expect((await vaultError(outside)).code).toBe('unauthenticated');
});

test('the place is the server and the namespace, however they are given', () => {
  const attributes = kubernetesModule.attributes.parse({ namespace: 'apps' });
  const place = (input: object) =>
    kubernetesModule.place(kubernetesModule.settings.parse(input), attributes, adapterPorts());
  const expected = 'kubernetes/https://cluster.example.com:6443/apps';
  expect(place({ address: 'HTTPS://Cluster.Example.com.:6443/', authMethod: 'token', token: 'a' })).toBe(expected);
  expect(place({ authMethod: 'kubeconfig', kubeconfig: kubeconfig() })).toBe(expected);
  const inside = 'kubernetes/https://kubernetes.default.svc:443/apps';
  expect(place({ authMethod: 'ambient' })).toBe(inside);
  expect(place({ address: 'https://kubernetes.default', authMethod: 'token', token: 'a' })).toBe(inside);
});
