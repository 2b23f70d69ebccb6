import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadConfig } from '../config.ts';
import { createKeyring, parseMasterKeys } from '../crypto/keyring.ts';
import { type ChainState, verifyEvents } from './audit-chain.ts';
import type { AuditEvent } from './audit-event.ts';

/*
 * Verifies an export (one event as JSON per line, in chain order) with nothing but the master keys:
 *   KEYFERRY_MASTER_KEY=… node dist/src/audit/verify-main.js export.jsonl
 */
const [file] = process.argv.slice(2);
const { masterKey } = loadConfig();
if (file === undefined || masterKey === undefined) {
  console.error('usage: KEYFERRY_MASTER_KEY=… node dist/src/audit/verify-main.js <export.jsonl>');
  process.exit(2);
}
const keyring = createKeyring(parseMasterKeys(masterKey));
const broken = (where: string): never => {
  console.error(`broken at ${where}`);
  process.exit(1);
};
let state: ChainState | undefined;
let lineNumber = 0;
for await (const line of createInterface({ input: createReadStream(file) })) {
  lineNumber += 1;
  if (line.trim() === '') continue;
  const event = parseEvent(line) ?? broken(`line ${lineNumber}: not an event`);
  const result = verifyEvents(keyring, [event], state);
  if ('reason' in result) broken(`event ${result.seq}: ${result.reason}`);
  else state = result;
}
console.log(`intact: ${state?.seq ?? 0} events, head ${state?.mac ?? 'none'}`);

function parseEvent(line: string): AuditEvent | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as AuditEvent) : undefined;
  } catch {
    return undefined;
  }
}
