import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';
import { AppError, notFound } from '../errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};
const SQUEEZED = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt']);

export interface AssetFolder {
  readonly folder: string;
  /** `forever`: each name holds a hash of its content. `hour`: looked at again, by its hash, after an hour. */
  readonly keep: 'forever' | 'hour';
  /** Default: every file of a known type below the folder. */
  readonly only?: readonly string[];
}

interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer | undefined;
}

/**
 * Serves the files that were in a folder when it was first asked, and nothing else: names are looked up in that list, so no path
 * leads out of it. They stay in memory, compressed once.
 */
export function serveAssets({ folder, keep, only }: AssetFolder): RequestHandler {
  const cacheControl = keep === 'forever' ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
  let names: ReadonlySet<string> | undefined;
  const assets = new Map<string, Promise<Asset>>();
  const assetOf = (name: string): Promise<Asset> => {
    names ??= new Set(only ?? namesBelow(folder));
    if (!names.has(name)) throw notFound('route');
    let asset = assets.get(name);
    if (asset === undefined) {
      asset = readAsset(path.join(folder, name));
      assets.set(name, asset);
      asset.catch(() => assets.delete(name));
    }
    return asset;
  };
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', 'Allowed here: GET, HEAD.');
    }
    const { type, etag, plain, gzipped } = await assetOf(decodeURIComponent(request.path.slice(1)));
    const squeezed = gzipped !== undefined && /\bgzip\b/.test(request.get('accept-encoding') ?? '');
    response.setHeader('Cache-Control', cacheControl).setHeader('ETag', etag).setHeader('Vary', 'Accept-Encoding');
    if (request.get('if-none-match') === etag) return void response.status(304).end();
    if (squeezed) response.setHeader('Content-Encoding', 'gzip');
    const content = squeezed ? gzipped : plain;
    response.setHeader('Content-Type', type).setHeader('Content-Length', content.length);
    response.end(request.method === 'HEAD' ? undefined : content);
  };
}

function namesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && path.extname(entry.name) in TYPES)
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

async function readAsset(file: string): Promise<Asset> {
  const plain = await readFile(file);
  const extension = path.extname(file);
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    gzipped: SQUEEZED.has(extension) ? await promisify(gzip)(plain) : undefined,
  };
}
