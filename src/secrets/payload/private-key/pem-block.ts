import { decodeBase64 } from '../base64.ts';

/** One block of a PEM text (RFC 7468; headers of RFC 1421). */
export interface PemBlock {
  /** What stands behind BEGIN and END, such as `RSA PRIVATE KEY`. */
  readonly label: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const BEGIN = /^-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*)-----$/;
const HEADER = /^([A-Za-z0-9-]{1,64}): ?(.*)$/;

/**
 * Every block of a text, or `undefined` when one of them is damaged. Text around blocks is skipped, as RFC 7468 section 2
 * asks. Reads line by line, so its time is linear.
 */
export function readPemBlocks(text: string): PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  for (let i = 0; i < lines.length; i++) {
    const label = BEGIN.exec(lines[i] ?? '')?.[1];
    if (label === undefined) continue;
    const end = lines.indexOf(`-----END ${label}-----`, i);
    const block = end === -1 ? undefined : readBlock(label, lines.slice(i + 1, end));
    if (block === undefined) return undefined;
    blocks.push(block);
    i = end;
  }
  return blocks;
}

/** The block as a PEM text of its own, with headers only if there are any. */
export function writePemBlock({ label, headers, body }: PemBlock): string {
  const headerLines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [
    `-----BEGIN ${label}-----`,
    ...(headerLines.length > 0 ? [...headerLines, ''] : []),
    ...(body.toString('base64').match(/.{1,64}/g) ?? []),
    `-----END ${label}-----`,
    '',
  ].join('\n');
}

function readBlock(label: string, lines: readonly string[]): PemBlock | undefined {
  const headers = new Map<string, string>();
  let start = 0;
  for (; start < lines.length; start++) {
    const [, name, value] = HEADER.exec(lines[start] ?? '') ?? [];
    if (name === undefined || value === undefined) break;
    headers.set(name, value);
  }
  const body = decodeBase64(lines.slice(start).join(''));
  return body === undefined || body.length === 0 ? undefined : { label, headers, body };
}
