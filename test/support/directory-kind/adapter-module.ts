import type { AdapterModule } from '../../../adapters/adapter.ts';
import { guardAdapter } from '../../../adapters/lib/guard-adapter.ts';
import { misfitOf } from '../../../adapters/lib/payload-fit.ts';
import { createDirectoryAdapter, DIRECTORY_CAPABILITIES, fileNameOf } from './adapter.ts';
import { openFolder } from './client.ts';
import {
  type DirectoryAttributes,
  type DirectorySettings,
  directoryAttributes,
  directorySettings,
} from './settings.ts';

/** A kind of vault that Keyferry does not know: files in a folder of the machine it runs on. */
export const directoryModule: AdapterModule<DirectorySettings, DirectoryAttributes> = {
  kind: 'directory',
  title: 'Files in a folder',
  settings: directorySettings,
  sensitive: [],
  attributes: directoryAttributes,
  capabilities: DIRECTORY_CAPABILITIES,
  place: ({ folder }) => `directory ${folder}`,
  locate: (_attributes, path) => fileNameOf(path, 'locate'),
  misfit: (_attributes, payload) => misfitOf(DIRECTORY_CAPABILITIES, payload),
  open: async ({ folder }) => guardAdapter(createDirectoryAdapter(openFolder(folder))),
};
