import { Fragment } from 'react';

/** A path or a name in folders that breaks behind a folder, and within a word only where a word alone is too long. */
export function Breakable({ text }: { readonly text: string }) {
  const [first, ...others] = text.split('/');
  return (
    <>
      {first}
      {others.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, without a state of their own
        <Fragment key={at}>
          /<wbr />
          {part}
        </Fragment>
      ))}
    </>
  );
}
