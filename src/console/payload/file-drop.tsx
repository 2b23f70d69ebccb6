import { Button, FileButton, Group, Text } from '@mantine/core';
import { type DragEvent, type ReactNode, useState } from 'react';
import styles from './file-drop.module.css';
import { type FieldDraft, MOST_BYTES, readFile } from './payload-draft.ts';

interface Props {
  readonly label: string;
  /** The base64 of the file is wanted, whatever it holds. */
  readonly asBytes?: boolean;
  readonly onRead: (content: Pick<FieldDraft, 'text' | 'bytes' | 'file'>) => void;
  readonly children?: ReactNode;
}

/** A place that takes a dropped or chosen file. It is read here and goes nowhere until the form is sent. */
export function FileDrop({ label, asBytes = false, onRead, children }: Props) {
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    if (file.size === 0 || file.size > MOST_BYTES) {
      setProblem(`${file.name} ${file.size === 0 ? 'is empty' : 'is larger than 64 KiB'}.`);
      return;
    }
    setProblem(undefined);
    onRead(await readFile(file, asBytes));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard
    <div
      className={styles.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
      <Group gap="xs" mt={6}>
        <FileButton onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default" size="compact-sm">
              {`Choose a file for ${label.toLowerCase()}`}
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed">
          or drop it here
        </Text>
      </Group>
      {problem && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert" mt={4}>
          {problem}
        </Text>
      )}
    </div>
  );
}
