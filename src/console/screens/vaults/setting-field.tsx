import { NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { SettingSchema } from './setting-schema.ts';
import { shapeOf, textOf } from './setting-texts.ts';

interface Props {
  readonly name: string;
  readonly schema: SettingSchema;
  readonly required: boolean;
  /** A credential that is set and stays so when nothing is filled in. */
  readonly kept: boolean;
  readonly text: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

const HINTS = { list: 'One per line.', map: 'One per line: name=value.' } as const;

/** One setting as its schema describes it. */
export function SettingField(props: Props) {
  const { name, schema, required, kept, text, error, onChange } = props;
  const shape = shapeOf(schema);
  const hint = shape === 'list' || shape === 'map' ? HINTS[shape] : '';
  const standard = textOf(schema.default);
  const common = {
    label: labelOf(name),
    description: [spoken(schema.description), hint].filter(Boolean).join(' '),
    required,
    error,
    placeholder: kept ? 'Set. Leave empty to keep it.' : standard.replaceAll('\n', ', '),
  };
  const onText = ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
    onChange(value);
  if (shape === 'choice') {
    return (
      <Select
        {...common}
        data={[...(schema.enum ?? [])]}
        value={text === '' ? null : text}
        clearable={!required}
        clearButtonProps={{ 'aria-label': `Clear ${common.label}` }}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  }
  if (shape === 'flag') {
    const { placeholder: _, ...rest } = common;
    return (
      <Switch
        {...rest}
        checked={text === 'true'}
        onChange={({ currentTarget }) => onChange(String(currentTarget.checked))}
      />
    );
  }
  if (shape === 'number') {
    const { minimum, maximum } = schema;
    return (
      <NumberInput
        {...common}
        {...(minimum === undefined ? {} : { min: minimum })}
        {...(maximum === undefined ? {} : { max: maximum })}
        value={text}
        onChange={(value) => onChange(String(value))}
      />
    );
  }
  if (shape === 'text' && schema.writeOnly) {
    return <PasswordInput {...common} autoComplete="off" value={text} onChange={onText} />;
  }
  if (shape === 'text') return <TextInput {...common} autoComplete="off" value={text} onChange={onText} />;
  return <Textarea {...common} autoComplete="off" autosize minRows={2} maxRows={8} value={text} onChange={onText} />;
}

/** A field stands there only with the login that it is for, so that need not be said again. */
function spoken(description: string | undefined): string | undefined {
  return description?.replace(/,? for authMethod \w+/, '');
}

const LABELS: Readonly<Record<string, string>> = {
  authMethod: 'Login',
  authMount: 'Login path',
  caCert: 'CA certificates',
};

/** `maxRetries` → `Max retries`. */
function labelOf(name: string): string {
  const known = LABELS[name];
  if (known !== undefined) return known;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
