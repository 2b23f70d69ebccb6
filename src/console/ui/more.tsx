import { Button, Center } from '@mantine/core';

interface Props {
  /** Whether there is more at all. */
  readonly there: boolean;
  readonly busy: boolean;
  readonly onMore: () => void;
}

/** The next page of a list, below it. */
export function More({ there, busy, onMore }: Props) {
  if (!there) return null;
  return (
    <Center mt="md">
      <Button variant="default" loading={busy} onClick={onMore}>
        Show more
      </Button>
    </Center>
  );
}
