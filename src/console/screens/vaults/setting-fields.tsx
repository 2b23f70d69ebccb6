import { Stack } from '@mantine/core';
import { SettingField } from './setting-field.tsx';
import type { SettingsSchema } from './setting-schema.ts';
import { isAskedFor, type Texts } from './setting-texts.ts';

interface Props {
  readonly schema: SettingsSchema;
  readonly texts: Texts;
  readonly onChange: (texts: Texts) => void;
  /** Credentials that are set already: they may be left empty. */
  readonly kept?: readonly string[];
  /** What the API said about a setting. */
  readonly errorOf: (name: string) => string | undefined;
}

/** One field for each setting that the kind's schema describes; credentials are written, never shown. */
export function SettingFields({ schema, texts, onChange, kept = [], errorOf }: Props) {
  return (
    <Stack gap="sm">
      {Object.entries(schema.properties ?? {})
        .filter(([name]) => isAskedFor(name, schema, texts))
        .map(([name, property]) => (
          <SettingField
            key={name}
            name={name}
            schema={property}
            required={(schema.required ?? []).includes(name) && !kept.includes(name)}
            kept={kept.includes(name)}
            text={texts[name] ?? ''}
            error={errorOf(name)}
            onChange={(text) => onChange({ ...texts, [name]: text })}
          />
        ))}
    </Stack>
  );
}
