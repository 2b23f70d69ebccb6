import { Checkbox, Code, Group, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import styles from './file-drop.module.css';
import { FileDrop } from './file-drop.tsx';
import type { FieldDraft } from './payload-draft.ts';

type Content = Pick<FieldDraft, 'text' | 'bytes' | 'file'>;

interface Props {
  readonly label: string;
  readonly content: Content;
  readonly onChange: (content: Content) => void;
  readonly required: boolean;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** A value of many lines, typed, pasted or from a file; hidden unless it is to be seen. */
export function SecretText({ label, content, onChange, required, hint, error }: Props) {
  const [seen, setSeen] = useState(false);
  return (
    <FileDrop label={label} onRead={onChange}>
      {content.bytes ? (
        <Bytes label={label} file={content.file} error={error} />
      ) : (
        <>
          <Textarea
            label={label}
            description={hint}
            error={error}
            required={required}
            className={seen ? undefined : styles.hidden}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            autosize
            minRows={3}
            maxRows={12}
            autoComplete="off"
            spellCheck={false}
            value={content.text}
            onChange={(event) => onChange({ text: event.currentTarget.value })}
          />
          <Group justify="space-between" mt={6}>
            <Checkbox
              size="xs"
              label="Show what is written"
              checked={seen}
              onChange={(event) => setSeen(event.currentTarget.checked)}
            />
            {content.file && <Code>{content.file}</Code>}
          </Group>
        </>
      )}
    </FileDrop>
  );
}

interface BytesProps {
  readonly label: string;
  readonly file: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** Bytes that are no text: only where they came from can be said. */
export function Bytes({ label, file, hint, error }: BytesProps) {
  return (
    <>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Text size="sm" c="dimmed">
        {file ? `From ${file}` : (hint ?? 'As it is in the current version')}
      </Text>
      {error && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </>
  );
}
