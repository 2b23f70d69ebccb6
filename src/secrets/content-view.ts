import type { z } from 'zod';
import { toPayloadOutput } from './payload/payload-input.ts';
import type { Content } from './secret-reader.ts';
import type { contentSchema } from './secret-schemas.ts';

/** What was read, as clients see it. Holds values in clear. */
export function contentView({ context, version, fields }: Content): z.output<typeof contentSchema> {
  const { id, name, type } = context.secret;
  return { secretId: id, name, type, version: version.version, payload: toPayloadOutput(fields) } as z.output<
    typeof contentSchema
  >;
}
