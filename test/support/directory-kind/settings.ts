import { z } from 'zod';

/** One spelling for one folder: absolute, without `.`, `..`, empty segments or a slash at the end. */
const FOLDER = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)+$/;

export const directorySettings = z.strictObject({
  folder: z
    .string()
    .max(1024)
    .regex(FOLDER, { error: 'expected an absolute path in its plain form' })
    .meta({ description: 'Folder that holds one file for each entry.' }),
});

export type DirectorySettings = z.output<typeof directorySettings>;

export const directoryAttributes = z.strictObject({});
export type DirectoryAttributes = z.output<typeof directoryAttributes>;
