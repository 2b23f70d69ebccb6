import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** The shape of what comes. */
export function Loading({ rows = 5, height = 56 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <Stack gap="xs" aria-busy="true">
      <VisuallyHidden role="status">Loading</VisuallyHidden>
      {Array.from({ length: rows }, (_, index) => index).map((row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}
