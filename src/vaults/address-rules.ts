import { isIP } from 'node:net';

/** One block of addresses: the first `bits` bits of `bytes` are fixed. */
interface Block {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/**
 * Where nobody's request may lead: own machine, own networks and what is no single host on the internet. From the IANA
 * special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry).
 */
const FORBIDDEN = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  // Multicast, reserved and broadcast.
  '224.0.0.0/3',
  // Unspecified, loopback and the IPv4-compatible addresses of old.
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  // Teredo, benchmarking, ORCHID and the rest of the protocol assignments.
  '2001::/23',
  '2001:db8::/32',
  // 6to4: an IPv4 address is hidden inside.
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  // Unique local (among them the metadata service fd00:ec2::254), link-local, site-local and multicast.
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
].map((text) => mustParse(text));

/** IPv4 addresses in IPv6 clothes (mapped, NAT64) are judged as what they reach. */
const WRAPPERS = ['::ffff:0:0/96', '64:ff9b::/96'].map((text) => mustParse(text));

/** What the operator permits beyond the public internet. */
export interface AllowList {
  readonly blocks: readonly Block[];
  /** Names, in lower case, that are permitted wherever they lead. */
  readonly hosts: ReadonlySet<string>;
}

export const NOTHING_ALLOWED: AllowList = { blocks: [], hosts: new Set() };

/**
 * Parses a comma separated list of addresses, CIDR blocks and host names. Returns `undefined` when a part is none of these;
 * there are no wildcards.
 */
export function parseAllowList(text: string): AllowList | undefined {
  const blocks: Block[] = [];
  const hosts = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const block = parseBlock(part);
    if (block) blocks.push(block);
    else if (isHostName(part)) hosts.add(part.toLowerCase());
    else return undefined;
  }
  return { blocks, hosts };
}

/** May a vault be at this address? Anything that is no IP address is refused. */
export function isPermitted(address: string, allow: AllowList): boolean {
  const bytes = parseAddress(address);
  if (!bytes) return false;
  const reached = WRAPPERS.some((block) => holds(block, bytes)) ? bytes.subarray(12) : bytes;
  if (allow.blocks.some((block) => holds(block, reached) || holds(block, bytes))) return true;
  return !FORBIDDEN.some((block) => holds(block, reached));
}

function holds({ bytes, bits }: Block, address: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    const index = bit / 8;
    if (((bytes[index] ?? 0) ^ (address[index] ?? 0)) & mask) return false;
  }
  return true;
}

function parseBlock(text: string): Block | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const bytes = parseAddress(address);
  if (!bytes || rest.length > 0) return undefined;
  const most = bytes.length * 8;
  if (length === undefined) return { bytes, bits: most };
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { bytes, bits: Number(length) };
}

function mustParse(text: string): Block {
  const block = parseBlock(text);
  if (!block) throw new TypeError(`not a block of addresses: ${text}`);
  return block;
}

/** 4 or 16 bytes; `undefined` for anything but the plain spelling of an address (no port, no zone). */
function parseAddress(text: string): Uint8Array | undefined {
  if (isIP(text) === 4) return Uint8Array.from(text.split('.').map(Number));
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  // The URL parser knows one spelling for each: groups of hexadecimal digits, at most one gap.
  const [before = '', after] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const head = groups(before);
  const tail = groups(after ?? '');
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** A last label of digits would be read as an address by some and as a name by others. */
function isHostName(text: string): boolean {
  const name = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/;
  return name.test(text) && !/(^|\.)(\d+|0x[0-9a-f]*)$/i.test(text);
}
