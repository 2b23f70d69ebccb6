import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { canary, findLeaks } from '../../support/canaries.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';

let scene: Scene;
let reader: ScenePerson;
let viewer: ScenePerson;
const ids: Record<string, string> = {};
const TOKEN = canary('token');
const PASSWORD = canary('password');

beforeAll(async () => {
  scene = await startScene({ targets: 0, workers: false });
  reader = await scene.person('reader', 'reader');
  viewer = await scene.person('viewer', 'viewer');
  await add('TOKEN', 'api_key', { value: TOKEN.text });
  await add('DB', 'basic_auth', { username: 'shop', password: PASSWORD.text });
  await add('PORT', 'generic', { value: '5432' });
  await add('dashed-name', 'generic', { value: 'in a folder' }, 'payments/live');
  await add('BINARY', 'generic', { value: { base64: Buffer.from([0xff, 0x00, 0xfe]).toString('base64') } });
  await add('ROTATED', 'generic', { value: 'v1' });
  must(await scene.admin('POST', `/v1/secrets/${ids.ROTATED}/versions`, { payload: { value: 'v2' } }), 201);
  must(await scene.admin('POST', `/v1/secrets/${ids.ROTATED}/versions`, { payload: { value: 'v3' } }), 201);
  must(await scene.admin('POST', `/v1/secrets/${ids.ROTATED}/versions/3/disable`), 200);
  await add('DISABLED', 'generic', { value: 'off' });
  must(await scene.admin('POST', `/v1/secrets/${ids.DISABLED}/disable`), 200);
  await add('ALL_DISABLED', 'generic', { value: 'off' });
  must(await scene.admin('POST', `/v1/secrets/${ids.ALL_DISABLED}/versions/1/disable`), 200);
  await add('DELETED', 'generic', { value: 'gone' });
  must(await scene.admin('DELETE', `/v1/secrets/${ids.DELETED}`), 200);
});
afterAll(() => scene.close());

async function add(name: string, type: string, payload: unknown, path = ''): Promise<void> {
  const body = { project: 'shop', path, name, type, sourceProfileId: scene.source.profileId, payload };
  ids[name] = must(await scene.admin('POST', '/v1/secrets', body), 201).secretId as string;
}

const ask = (template: string, more: Record<string, unknown> = {}, api = reader.api) =>
  api('POST', '/v1/render', { project: 'shop', template, ...more });
const rendered = async (template: string, more?: Record<string, unknown>) => must(await ask(template, more), 200);
const check = (template: string, more = {}) => ask(template, { check: true, ...more }, viewer.api);

interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
async function problems(answer: ReturnType<typeof ask>): Promise<Problem[]> {
  const { status, json } = await answer;
  expect([status, json.code]).toEqual([422, 'template_invalid']);
  return json.problems as Problem[];
}

/** Reads recorded so far, as `name@version purpose`. */
async function reads(): Promise<string[]> {
  const rows = await scene.broker.db.query<{ name: string; details: { version: number; purpose: string } }>(
    `select s.name, e.details from audit_events e join secrets s on s.id::text = e.object_id
     where e.action = 'secret.read' order by e.seq`,
  );
  return rows.map(({ name, details }) => `${name}@${details.version} ${details.purpose}`);
}

test('an environment file, as documented', async () => {
  const template = [
    '# generated',
    'AUTH_TOKEN={{ .Secrets.TOKEN }}',
    'DATABASE_URL="postgres://{{ .Secrets.DB.username }}@db:{{ .Secrets.PORT }}/shop"',
    '{{- if .Secrets.OPTIONAL }}',
    'OPTIONAL={{ .Secrets.OPTIONAL }}',
    '{{- end }}',
    'REGION={{ .Secrets.REGION | default "eu" }}',
    '',
  ].join('\n');
  const answer = await ask(template, { format: 'env', name: '.env' });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(must(answer, 200)).toEqual({
    output: `# generated\nAUTH_TOKEN='${TOKEN.text}'\nDATABASE_URL="postgres://shop@db:5432/shop"\nREGION=eu\n`,
    secrets: [
      { name: 'DB', version: 1, customerId: null, fields: ['username'] },
      { name: 'PORT', version: 1, customerId: null, fields: ['value'] },
      { name: 'TOKEN', version: 1, customerId: null, fields: ['value'] },
    ],
  });
});

test('Helm values, as documented', async () => {
  const template = [
    'api:',
    '  credentials:',
    '    username: {{ .Secrets.DB.username }}',
    '    password: {{ .Secrets.DB.password }}',
    '  port: {{ .Secrets.PORT | int }}',
    '  folder: {{ index .Secrets "payments/live/dashed-name" }}',
    '{{- with .Secrets.SENTRY }}',
    'sentry: {{ . }}',
    '{{- else }}',
    'sentry: null',
    '{{- end }}',
    '',
  ].join('\n');
  const { output } = await rendered(template, { format: 'yaml', name: 'values.yaml' });
  expect(parseYaml(output as string)).toEqual({
    api: { credentials: { username: 'shop', password: PASSWORD.text }, port: 5432, folder: 'in a folder' },
    sentry: null,
  });
});

test('versions: the newest enabled one, or the one that is named', async () => {
  const template =
    '{{ .Secrets.ROTATED }} {{ index .Secrets "ROTATED@1" }} {{ index .Secrets "ROTATED@latest_enabled" }} {{ index .Secrets "ROTATED@2" }}';
  expect(await rendered(template)).toEqual({
    output: 'v2 v1 v2 v2',
    secrets: [
      { name: 'ROTATED', version: 1, customerId: null, fields: ['value'] },
      { name: 'ROTATED', version: 2, customerId: null, fields: ['value'] },
    ],
  });
  const latest = await ask('{{ index .Secrets "ROTATED@latest" }}');
  expect([latest.status, latest.json.code, latest.json.secret]).toEqual([409, 'version_disabled', 'ROTATED']);
  expect((await problems(ask('{{ index .Secrets "ROTATED@9" }}')))[0]?.message).toContain(
    'map has no entry for key "ROTATED@9"',
  );
});

test('only secrets on the branches taken are read, each once, and recorded before', async () => {
  const before = (await reads()).length;
  await rendered(
    '{{ if eq .Secrets.PORT "5432" }}{{ .Secrets.PORT }}{{ .Secrets.TOKEN }}{{ else }}{{ .Secrets.DB.password }}{{ end }}' +
      '{{ or .Secrets.PORT .Secrets.ROTATED }}{{ or .Secrets.NONE .Secrets.PORT }}',
  );
  expect((await reads()).slice(before).sort()).toEqual(['PORT@1 render', 'TOKEN@1 render']);
});

test('a disabled secret or version is refused as when it is read alone; a deleted one is missing', async () => {
  for (const [name, code] of [
    ['DISABLED', 'secret_disabled'],
    ['ALL_DISABLED', 'version_disabled'],
  ]) {
    const answer = await ask(`{{ if .Secrets.${name} }}x{{ end }}`);
    expect([answer.status, answer.json.code, answer.json.secret]).toEqual([409, code, name]);
  }
  expect(await rendered('{{ .Secrets.DELETED | default "d" }}')).toEqual({ output: 'd', secrets: [] });
});

test('a disabled profile and a vault that is away are told as such', async () => {
  must(await scene.admin('POST', `/v1/vault-profiles/${scene.source.profileId}/disable`), 200);
  const answer = await ask('{{ .Secrets.TOKEN }}');
  expect([answer.status, answer.json.code, answer.json.secret]).toEqual([409, 'profile_disabled', 'TOKEN']);
  expect((await problems(check('{{ .Secrets.TOKEN }}')))[0]?.message).toContain('profile of the secret is disabled');
  must(await scene.admin('POST', `/v1/vault-profiles/${scene.source.profileId}/enable`), 200);
});

test('errors say where and what, and never a value', async () => {
  const cases: [string, string][] = [
    [
      '{{ .Secrets.NONE }}',
      'template execution error: template: t:1:11: executing "t" at <.Secrets.NONE>: map has no entry for key "NONE"',
    ],
    ['a\n{{ if }}', 'template parsing error: template: t:2: missing value for if'],
    ['{{ .Secrets.DB }}', 'the secret has the fields password, username: name the one you need'],
    ['{{ .Secrets.DB.port }}', 'map has no entry for key "port"'],
    ['{{ .Secrets.TOKEN.value }}', "can't evaluate field value in type interface {}"],
    ['{{ .Secrets }}', 'secrets cannot be listed or printed together: name the one you need'],
    ['{{ range .Secrets }}{{ . }}{{ end }}', 'secrets cannot be listed or printed together'],
    ['{{ range $k, $v := .Secrets.DB }}{{ end }}', 'the secret has the fields'],
    ['{{ len .Secrets }}', 'secrets cannot be listed or printed together'],
    ['{{ printf "%v" . }}', 'secrets cannot be listed or printed together'],
    ['{{ .Secrets | toJson }}', 'secrets cannot be listed or printed together'],
    ['{{ .Secrets.constructor }}', 'map has no entry for key "constructor"'],
    ['{{ index .Secrets "__proto__" }}', 'map has no entry for key "__proto__"'],
    ['{{ .Secrets.DB.toString }}', 'map has no entry for key "toString"'],
    ['{{ .Secrets.BINARY }}', 'the value is no text'],
    ['{{ index .Secrets .Secrets.TOKEN }}', 'map has no entry for that key'],
    ['{{ fail .Secrets.TOKEN }}', 'error calling fail: stopped by the template'],
    ['{{ required .Secrets.TOKEN .Secrets.NONE }}', 'a required value is missing'],
    ['{{ range .Secrets.TOKEN }}{{ end }}', "range can't iterate over a value of type string"],
    ['{{ b64dec .Secrets.TOKEN }}', 'that is no base64'],
  ];
  const seen: [string, string][] = [];
  for (const [template, message] of cases) {
    const answer = await ask(template, { name: 't' });
    seen.push([template, answer.text]);
    const found = await problems(Promise.resolve(answer));
    expect(found, template).toHaveLength(1);
    expect(found[0]?.message, template).toContain(message);
    expect(answer.json.detail).toBe(found[0]?.message);
  }
  seen.push(['log', scene.log()]);
  expect(findLeaks([TOKEN, PASSWORD], seen)).toEqual([]);
});

test('strict refuses what would have to be quoted', async () => {
  expect((await problems(ask('A={{ .Secrets.TOKEN }}', { format: 'env', strict: true })))[0]).toMatchObject({
    line: 1,
    column: 5,
    message: expect.stringContaining('the value would break the environment file'),
  });
});

test('a check names every problem with its place, reads nothing, and needs to see secrets only', async () => {
  const before = await reads();
  const template = [
    'ok: {{ .Secrets.TOKEN }} {{ .Secrets.DB.username }}',
    'unknown: {{ .Secrets.NONE }} {{ index .Secrets "payments/none" }}',
    'whole: {{ .Secrets.DB }} {{ .Secrets.DB.port }}',
    'function: {{ nosuch .Secrets.TOKEN | alsonot }} {{ $undefined }}',
    'syntax: {{ if }}{{ .Secrets.GONE }}{{ end }} {{ "unterminated }}',
    'off: {{ .Secrets.DISABLED }} {{ .Secrets.ALL_DISABLED }}',
    'list: {{ range .Secrets }}{{ end }} {{ len }}',
    'optional: {{ if .Secrets.NONE }}{{ .Secrets.NONE }}{{ else }}{{ .Secrets.TYPO }}{{ end }}{{ .Secrets.NONE | default "x" }}',
    'template: {{ template "missing" . }}{{ with .Secrets }}{{ .WITHIN }}{{ end }} {{ required "set DSN" .Secrets.DSN }}',
    '{{ if .Secrets.TOKEN }}never closed',
  ].join('\n');
  const found = await problems(check(template, { name: 'v' }));
  expect(
    found.map(({ line, column, message }) => [
      line,
      column,
      message.replace(/^template (parsing|execution) error: template: v:[\d:]+: (executing "v" at <.*?>: )?/, ''),
    ]),
  ).toEqual([
    [2, 20, 'map has no entry for key "NONE"'],
    [2, 32, 'error calling index: map has no entry for key "payments/none"'],
    [3, 10, 'the secret has the fields password, username: name the one you need'],
    [3, 36, 'map has no entry for key "port"'],
    [4, 13, 'function "nosuch" not defined'],
    [4, 37, 'function "alsonot" not defined'],
    [4, 51, 'undefined variable "$undefined"'],
    [5, 16, 'missing value for if'],
    [5, 27, 'map has no entry for key "GONE"'],
    [5, 48, 'unterminated quoted string'],
    [6, 16, 'The secret is disabled.'],
    [6, 40, 'The version is disabled.'],
    [7, 15, 'secrets cannot be listed or printed together: name the one you need'],
    [7, 39, 'wrong number of args for len: want 1 got 0'],
    [8, 72, 'map has no entry for key "TYPO"'],
    [9, 22, 'template "missing" not defined'],
    [9, 58, 'map has no entry for key "WITHIN"'],
    [9, 81, 'error calling required: set DSN'],
    [10, 35, 'unexpected EOF'],
  ]);
  for (const { message } of found) expect(message).toMatch(/^template (parsing|execution) error: template: v:\d+/);
  expect(await reads()).toEqual(before);
});

test('a template in order passes its check, with the secrets it would use', async () => {
  const template =
    '{{ .Secrets.DB.password }}{{ if .Secrets.PORT }}{{ index .Secrets "ROTATED@1" }}{{ end }}{{ .Secrets.NONE | default .Secrets.TOKEN }}';
  expect(must(await check(template), 200)).toEqual({
    output: null,
    secrets: [
      { name: 'DB', version: 1, customerId: null, fields: ['password'] },
      { name: 'PORT', version: 1, customerId: null, fields: ['value'] },
      { name: 'ROTATED', version: 1, customerId: null, fields: ['value'] },
      { name: 'TOKEN', version: 1, customerId: null, fields: ['value'] },
    ],
  });
});

test('rights: values need secret.read_value in the project, a check only to see it', async () => {
  const answer = await ask('{{ .Secrets.TOKEN }}', {}, viewer.api);
  expect([answer.status, answer.json.code, answer.json.right]).toEqual([403, 'forbidden', 'secret.read_value']);
  expect((await ask('no secrets', {}, viewer.api)).status).toBe(403);
  expect((await ask('x', { project: 'nowhere' })).status).toBe(404);
  expect((await ask('x', { project: 'nowhere', check: true })).status).toBe(404);
});

test('what is asked for is bounded and well-formed', async () => {
  for (const [body, pointer] of [
    [{ template: 'x'.repeat(200_001) }, '/template'],
    [{ template: 'x', format: 'toml' }, '/format'],
    [{ template: 'x', name: 'a\nb' }, '/name'],
    [{ template: 'x', values: {} }, '/values'],
    [
      { template: Array.from({ length: 201 }, (_, index) => `{{ .Secrets.S${index} | default "" }}`).join('') },
      '/template',
    ],
    [
      {
        template: `{{ if true }}${Array.from({ length: 201 }, (_, index) => `{{ .Secrets.S${index} | default "" }}`).join('')}{{ end }}`,
      },
      '/template',
    ],
  ] as const) {
    const { status, json } = await reader.api('POST', '/v1/render', { project: 'shop', ...body });
    expect([status, json.code, (json.errors as Problem[] & { pointer: string }[])[0]?.pointer]).toEqual([
      422,
      'invalid_input',
      pointer,
    ]);
  }
  expect(
    (await problems(ask('{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}')))[0]?.message,
  ).toContain('exceeded maximum template depth');
});
