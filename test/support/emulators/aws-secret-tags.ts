import { awsError, awsOk, isObject, textOf, textsOf } from './aws-answers.ts';
import { invalid, markedForDeletion, type Outcome, type Secret } from './aws-secret.ts';

/** https://docs.aws.amazon.com/general/latest/gr/arg.html#taged-reference-quotas */
const MAX_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a request, or what is wrong with them. */
export function tagsIn(given: unknown): ReadonlyMap<string, string> | Outcome {
  const tags = new Map<string, string>();
  for (const tag of Array.isArray(given) ? given : []) {
    const [key, value] = isObject(tag) ? [textOf(tag.Key), textOf(tag.Value) ?? ''] : [undefined, ''];
    if (key === undefined || !TAG_TEXT.test(key) || !TAG_TEXT.test(value)) return invalid('Invalid tag');
    if (key.length < 1 || key.length > 128 || value.length > 256) return invalid('Invalid tag length');
    if (/^aws:/i.test(key)) return invalid('aws: prefixed tag key names are not allowed for external use.');
    tags.set(key, value);
  }
  return tags.size > MAX_TAGS ? tooMany() : tags;
}

export function isOutcome(tags: ReadonlyMap<string, string> | Outcome): tags is Outcome {
  return 'answer' in tags;
}

/** TagResource: "This operation appends tags to the existing list of tags." */
export function tagResource(secret: Secret, body: Readonly<Record<string, unknown>>): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const added = tagsIn(body.Tags);
  if (isOutcome(added)) return added;
  const tags = new Map([...secret.tags, ...added]);
  return tags.size > MAX_TAGS ? tooMany() : changed('tag', { ...secret, tags });
}

/** UntagResource: "If you provide a tag key that isn't attached, no error". */
export function untagResource(secret: Secret, body: Readonly<Record<string, unknown>>): Outcome {
  if (secret.deletionAt !== undefined) return markedForDeletion();
  const keys = textsOf(body.TagKeys);
  return changed('untag', { ...secret, tags: new Map([...secret.tags].filter(([key]) => !keys.includes(key))) });
}

function changed(kind: string, secret: Secret): Outcome {
  return { answer: awsOk({}), change: { kind, name: secret.name, secret } };
}

function tooMany(): Outcome {
  return { answer: awsError('LimitExceededException', 'The secret would have more than 50 tags.') };
}
