import { isIPv4 } from 'node:net';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * One spelling for one server: `scheme://host:port`, lower case, port always there, no trailing dot or slash. Numeric and
 * mapped forms of an IPv4 address become dotted, and the names of the own machine become 127.0.0.1.
 *
 * Returns `undefined` for anything that is not just a server: other schemes, user info, a path, a query, a fragment.
 */
export function realAddress(text: string): string | undefined {
  const url = parse(text);
  const defaultPort = url && DEFAULT_PORTS[url.protocol];
  if (!url || defaultPort === undefined) return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  if (!/^\/*$/.test(url.pathname) || /[?#\\\s]/.test(text)) return undefined;
  const host = realHost(url.hostname);
  return host === '' ? undefined : `${url.protocol}//${host}:${url.port || defaultPort}`;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** `URL` has already lowered the case, applied IDNA and turned `0x7f.1` and `2130706433` into dotted form. */
function realHost(hostname: string): string {
  const host = hostname.replace(/\.+$/, '');
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]') return '127.0.0.1';
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host);
  if (!mapped) return host;
  const bits = (Number.parseInt(mapped[1] ?? '', 16) << 16) | Number.parseInt(mapped[2] ?? '', 16);
  const dotted = [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
  return isIPv4(dotted) ? dotted : host;
}
