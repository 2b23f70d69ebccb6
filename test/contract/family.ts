import type { Capabilities } from '../../adapters/adapter.ts';
import type { Suite } from './suite.ts';

/** One group of laws. The manifest decides which tests are made: each flag is tested as true or as refused. */
export type Family = (suite: Suite, capabilities: Capabilities) => void;
