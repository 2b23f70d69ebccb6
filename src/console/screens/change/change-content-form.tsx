import { useEffect } from 'react';
import { type PayloadDraft, startDraft } from '../../payload/payload-draft.ts';
import type { SecretType } from '../../payload/payload-fields.ts';
import { PayloadForm } from '../../payload/payload-form.tsx';

interface Props {
  readonly type: SecretType;
  /** Fields the change writes as it stands. */
  readonly names: readonly string[];
  /** Undefined: not begun. */
  readonly content: PayloadDraft | undefined;
  readonly onChange: (content: PayloadDraft) => void;
  readonly error: unknown;
}

/** The content of a change, given anew. */
export function ChangeContentForm({ type, names, content, onChange, error }: Props) {
  useEffect(() => {
    if (content === undefined) onChange(startDraft(type, names));
  }, [content, onChange, type, names]);
  return content ? <PayloadForm type={type} draft={content} onChange={onChange} error={error} /> : null;
}
