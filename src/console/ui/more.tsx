import { Button, Center } from '@mantine/core';

interface Props {
  /** A list that is read page by page, as `useInfiniteQuery` gives it. */
  readonly of: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

/** The next page of a list, below it; nothing at the end. */
export function More({ of }: Props) {
  if (!of.hasNextPage) return null;
  return (
    <Center mt="md">
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        Show more
      </Button>
    </Center>
  );
}
