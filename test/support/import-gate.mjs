// Enforces who may import whom (README, "The house") inside the lint command: reads every TypeScript file below the given
// folder (default: this checkout), prints each violation and ends with 1. A gate that saw no file fails as well.
import * as fs from 'node:fs';
import path from 'node:path';

const FOLDERS = ['adapters', 'src', 'workers', 'test'];
const CONTRACT = /^adapters\/(adapter|vault-error|secret-value)\.ts$/;
const ADAPTER_KIND = /^adapters\/([^/]+)\/(?!.*\.test\.)/;
const VENDOR_SDKS = /^(node-vault|undici|axios|@aws-sdk\/|@google-cloud\/|@kubernetes\/|@azure\/)/;
/** The one HTTP client of several adapters. */
const REST_CLIENT = 'adapters/lib/rest-client.ts';
const MAINS = ['src/main.ts', 'workers/main.ts'];

/** The configuration of the broker, and the command line tool's way in, which hands it on. */
const READS_ENVIRONMENT = ['src/config.ts', 'src/cli/main.ts'];

/** Files that may take a value out of SecretValue: where it is encoded for a vault, checked, sealed or sent. */
const REVEALERS = [
  'adapters/lib/encode-fields.ts',
  'adapters/lib/encoding.ts',
  'src/secrets/evidence/content-traits.ts',
  'src/secrets/evidence/mention.ts',
  'src/secrets/payload/canonical-bytes.ts',
  'src/secrets/payload/checksum.ts',
  'src/secrets/payload/payload-input.ts',
  'src/secrets/payload/payload-type.ts',
  'src/secrets/payload/private-key/openssh-key.ts',
  'src/secrets/payload/private-key/openssl-key.ts',
];

const inside = (folder) => (file) => file.startsWith(`${folder}/`);
const any =
  (...tests) =>
  (file) =>
    tests.some((test) => (test instanceof RegExp ? test.test(file) : test(file)));
const not = (test) => (file) => !test(file);
const isMain = (file) => MAINS.includes(file);
const isSupport = inside('test/support');
const isTest = inside('test');
const kindOf = (file) => {
  const kind = ADAPTER_KIND.exec(file)?.[1];
  return kind === 'lib' ? undefined : kind;
};

/**
 * One row of the table. `from` chooses files, `to` what they must not import: a path of ours, or a package by its bare
 * name. `types: true`: importing only types is allowed.
 */
const RULES = [
  {
    why: 'adapters are the ground floor: they import nothing of src, workers or test',
    from: inside('adapters'),
    to: any(/^(src|workers|test|prisma)\//),
  },
  {
    why: 'an adapter does not know another kind',
    from: (file) => kindOf(file) !== undefined,
    to: (target, file) => kindOf(target) !== undefined && kindOf(target) !== kindOf(file),
  },
  {
    why: 'adapters/lib and the contract know no kind',
    from: any(/^adapters\/lib\//, CONTRACT),
    to: (target) => kindOf(target) !== undefined,
  },
  {
    why: 'only the registry knows the kinds',
    from: (file) => !file.startsWith('adapters/') && !isTest(file),
    to: (target) => kindOf(target) !== undefined,
  },
  {
    why: 'only src/vaults and compose open adapters',
    from: (file) => !/^(adapters\/|src\/vaults\/|src\/compose)/.test(file) && !isTest(file),
    to: any(/^adapters\/registry\.ts$/),
    types: true,
  },
  { why: 'the program does not import its tests', from: not(isTest), to: isTest },
  {
    why: 'src does not know the workers',
    from: (file) => file.startsWith('src/') && file !== 'src/main.ts',
    to: inside('workers'),
  },
  {
    why: 'only the two main.ts and test/support import compose',
    from: (file) => !isMain(file) && !isSupport(file) && !/^src\/compose/.test(file),
    to: any(/^src\/compose(\.ts$|\/)/),
    types: true,
  },
  { why: 'nobody imports a main.ts', from: () => true, to: any(/(^|\/)main\.ts$|-main\.ts$/) },
  {
    why: 'stores know no service, no route and no adapter',
    from: any(/^src\/.*-store\.ts$/),
    to: any(/-(service|routes)\.ts$/, /^adapters\//),
    types: true,
  },
  {
    why: 'services do not know HTTP',
    from: any(/-service\.ts$/),
    to: any(/-routes\.ts$/, /^src\/api\//, /^express$/),
    types: true,
  },
  {
    why: 'services see vaults through src/vaults, of adapters only the contract',
    from: any(/-service\.ts$/),
    to: (target) => target.startsWith('adapters/') && !CONTRACT.test(target),
  },
  {
    why: 'routes call services: no store, no Prisma, no adapter',
    from: any(/-routes\.ts$/),
    to: any(/-store\.ts$/, /^prisma\//, /^@prisma\//, /^adapters\//),
    types: true,
  },
  {
    why: 'api knows no feature store and no adapter',
    from: inside('src/api'),
    to: any(/^src\/(?!api\/).*-store\.ts$/, /^prisma\//, /^@prisma\//, /^adapters\//),
    types: true,
  },
  { why: 'approvals do not know what they approve', from: inside('src/approvals'), to: any(/^src\/(secrets|sync)\//) },
  {
    why: 'workers have no rules: no store, no adapter, no HTTP',
    from: inside('workers'),
    to: any(/-store\.ts$/, /^adapters\//, /^src\/api\//, /^express$/, /^prisma\//),
    types: true,
  },
  {
    why: 'the client knows nothing but the types of schemas',
    from: inside('src/client'),
    to: any(/^src\/(?!client\/)/, /^(adapters|workers|prisma)\//),
    types: true,
  },
  {
    why: 'command line and console are ordinary customers: they know the client only, and redaction',
    from: any(/^src\/(cli|console)\//),
    to: any(/^src\/(?!client\/|cli\/|console\/|redaction\/)/, /^(adapters|workers|prisma)\//),
  },
  {
    why: 'what screens of the console share knows no screen: only the router does',
    from: (file) => /^src\/console\/(?!screens\/|router\.tsx$)/.test(file),
    to: inside('src/console/screens'),
  },
  {
    why: 'redaction is pure: it imports nothing',
    from: inside('src/redaction'),
    to: not(inside('src/redaction')),
  },
  {
    why: 'templates are executed without anything around them: of src only what their own service brings',
    from: (file) => /^src\/templates\/(?!render-|secret-)/.test(file),
    to: (target) => /^(src\/(?!templates\/)|adapters\/|prisma\/|workers\/)/.test(target),
  },
  {
    why: 'HTTP stays in src/api and routes',
    from: (file) => !isTest(file) && !/^src\/api\/|-routes\.ts$|^src\/(main|compose)/.test(file),
    to: any(/^(express|helmet|pino-http)$/),
    types: true,
  },
  {
    why: 'the queue stays in src/jobs',
    from: (file) => !isTest(file) && !/^src\/(jobs\/|setup\/migrate\.ts$)/.test(file),
    to: any(/^(bullmq|ioredis|@bull-board\/.*)$/),
  },
  {
    why: 'SQL connections are opened by db.ts, the queue and setup',
    from: (file) => !isTest(file) && !/^src\/(db\.ts$|jobs\/|setup\/)/.test(file),
    to: any(/^pg$/),
    types: true,
  },
  {
    why: 'vendor SDKs stay in their adapter',
    from: (file) => !isTest(file) && kindOf(file) === undefined && file !== REST_CLIENT,
    to: any(VENDOR_SDKS),
  },
];

/** Comments blanked out, strings kept: enough to find imports and calls without being fooled by examples. */
function withoutComments(text) {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g,
    (match) => (match.startsWith('/') ? match.replaceAll(/[^\n]/g, ' ') : match),
  );
}

const IMPORT =
  /(?:^|[;\n}])\s*(import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s*)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

function importsOf(file, text) {
  const found = [];
  for (const [, , typeOnly, statically, dynamically] of text.matchAll(IMPORT)) {
    const target = statically ?? dynamically;
    const resolved = target.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), target))
      : target;
    found.push({ target: resolved, typeOnly: typeOnly !== undefined, lazy: statically === undefined });
  }
  return found;
}

function filesBelow(root) {
  return FOLDERS.filter((folder) => fs.existsSync(path.join(root, folder))).flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true })
      .map((name) => path.posix.join(folder, String(name).replaceAll('\\', '/')))
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')),
  );
}

function ruleProblems(file, imports) {
  const problems = [];
  for (const { target, typeOnly } of imports) {
    for (const rule of RULES) {
      if (typeOnly && rule.types) continue;
      if (rule.from(file) && rule.to(target, file)) problems.push(`${file} imports ${target}: ${rule.why}`);
    }
  }
  return problems;
}

function textProblems(file, text) {
  if (isTest(file)) return [];
  const problems = [];
  if (!READS_ENVIRONMENT.includes(file) && /\bprocess\.env\b/.test(text)) {
    problems.push(`${file} reads process.env: only ${READS_ENVIRONMENT.join(' and ')} do`);
  }
  if (!REVEALERS.includes(file) && /\.reveal(Text)?\(/.test(text) && file !== 'adapters/secret-value.ts') {
    problems.push(`${file} reveals a secret: not in the list of files that may (test/support/import-gate.mjs)`);
  }
  return problems;
}

/** Cycles over imports that run when a module loads; types and lazy imports cannot deadlock. */
function cycles(graph) {
  const found = [];
  const state = new Map();
  const visit = (file, trail) => {
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === 'open') found.push([...trail.slice(trail.indexOf(next)), next].join(' -> '));
      else if (!state.has(next)) visit(next, [...trail, next]);
    }
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file, [file]);
  return found.map((cycle) => `import cycle: ${cycle}`);
}

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../..'));
const files = filesBelow(root);
const problems = [];
const graph = new Map();
for (const file of files) {
  const text = withoutComments(fs.readFileSync(path.join(root, file), 'utf8'));
  const imports = importsOf(file, text);
  problems.push(...ruleProblems(file, imports), ...textProblems(file, text));
  graph.set(
    file,
    imports
      .filter((entry) => !entry.typeOnly && !entry.lazy && files.includes(entry.target))
      .map((entry) => entry.target),
  );
}
problems.push(...cycles(graph));
if (files.length === 0) problems.push(`no TypeScript file found below ${root}: the gate checked nothing`);
else if ([...graph.values()].every((targets) => targets.length === 0) && files.length > 1) {
  problems.push('no import found between the files: the gate checked nothing');
}
for (const problem of problems) console.error(problem);
console.log(`import gate: ${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
