import { defaultOf, factsOf, VARIABLE_NAMES, type VariableName } from '../environment.ts';

const WIDTH = 100;

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1] ?? '';
    if (line.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`);
}

function entry(name: VariableName): string {
  const { description, expected, secret } = factsOf(name);
  const lines = [...wrap(description), `# Expected: ${expected}.`];
  if (secret) lines.push(`# Secret: may be kept in a file instead, named by ${name}_FILE.`);
  return [...lines, `#${name}=${defaultOf(name) ?? ''}`].join('\n');
}

/** The text of `.env.example`: every variable with its description, form and default, commented out. */
export function renderEnvExample(): string {
  const head = '# Generated from src/environment.ts by "node dist/src/setup/print-env-example.js > .env.example".';
  const names = VARIABLE_NAMES.filter((name) => !factsOf(name).internal);
  return `${[head, ...names.map(entry)].join('\n\n')}\n`;
}
