import { access, constants } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine: `CHROMIUM`, or where packages put it. */
export async function findChromium(): Promise<string | undefined> {
  for (const place of [process.env.CHROMIUM ?? '', ...PLACES]) {
    if (place === '') continue;
    const found = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  return undefined;
}

/** The real thing, without a window. Close it. */
export function startChromium(executablePath: string): Promise<Browser> {
  // Its sandbox does not work for root; the pages are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
