import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { errorAt } from '../field-errors.ts';
import { FileDrop } from './file-drop.tsx';
import { KeyValues } from './key-values.tsx';
import { type FieldDraft, formatOf, type PayloadDraft } from './payload-draft.ts';
import type { SecretType } from './payload-fields.ts';
import { FIELDS, type FieldSpec } from './payload-fields.ts';
import { SecretLine } from './secret-line.tsx';
import { Bytes, SecretText } from './secret-text.tsx';

interface Props {
  readonly type: SecretType;
  readonly draft: PayloadDraft;
  readonly onChange: (draft: PayloadDraft) => void;
  /** What the API said when it was sent; shown at the fields it names. */
  readonly error: unknown;
}

type Content = Pick<FieldDraft, 'text' | 'bytes' | 'file'>;

/** The fields of a content, as its type has them. */
export function PayloadForm({ type, draft, onChange, error }: Props) {
  if (type === 'key_value') return <KeyValues draft={draft} onChange={onChange} error={error} />;
  const write = (spec: FieldSpec, content: Content) => {
    const isStore = type === 'key_store' && spec.name === 'value' && content.text !== '';
    onChange(
      draft.map((field) => {
        if (field.name === spec.name) return { key: field.key, name: field.name, ...content };
        return isStore && field.name === 'format' ? { ...field, text: formatOf(content.text) } : field;
      }),
    );
  };
  return (
    <Stack gap="sm">
      {FIELDS[type].map((spec) => (
        <Field
          key={spec.name}
          spec={spec}
          content={draft.find(({ name }) => name === spec.name) ?? { text: '' }}
          onChange={(content) => write(spec, content)}
          error={errorAt(error, `/payload/${spec.name}`)}
        />
      ))}
    </Stack>
  );
}

interface FieldProps {
  readonly spec: FieldSpec;
  readonly content: Content;
  readonly onChange: (content: Content) => void;
  readonly error: string | undefined;
}

function Field({ spec, content, onChange, error }: FieldProps) {
  const { label, hint, required, generate, choices } = spec;
  const common = { label, required, error };
  const write = (text: string) => onChange({ text });
  switch (spec.kind) {
    case 'line':
      return (
        <TextInput
          {...common}
          description={hint}
          autoComplete="off"
          value={content.text}
          onChange={(event) => write(event.currentTarget.value)}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...common}
          data={[...(choices ?? [])]}
          value={content.text}
          onChange={(event) => write(event.currentTarget.value)}
        />
      );
    case 'file':
      return (
        <FileDrop label={label} asBytes onRead={onChange}>
          <Bytes label={label} file={content.file} error={error} hint={content.text === '' ? hint : undefined} />
        </FileDrop>
      );
    case 'text':
      return <SecretText {...common} hint={hint} content={content} onChange={onChange} />;
    case 'secret':
      return <SecretLine {...common} hint={hint} generate={generate} value={content.text} onChange={write} />;
  }
}
