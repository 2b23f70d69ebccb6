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
let state: ChainState | undefined;
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (line.trim() === '') continue;
  const result = verifyEvents(keyring, [JSON.parse(line) as AuditEvent], state);
  if ('reason' in result) {
    console.error(`broken at event ${result.seq}: ${result.reason}`);
    process.exit(1);
  }
  state = result;
}
console.log(`intact: ${state?.seq ?? 0} events, head ${state?.mac ?? 'none'}`);
