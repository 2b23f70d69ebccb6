import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import type { AwsClient } from './client.ts';
import { mustRemoveFirst, type TagChange, type Tags, tagList } from './labels.ts';

/** Two requests at most, because AWS has none for both; nothing is sent when nothing changes. */
export async function applyTags(
  aws: AwsClient,
  name: string,
  present: Tags,
  change: TagChange,
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  const { set, remove } = change;
  const add = async () => {
    if (set.size === 0) return;
    const tags = { SecretId: name, Tags: tagList(set) };
    await aws.change(operation, signal, (client, options) => client.send(new TagResourceCommand(tags), options));
  };
  const drop = async () => {
    if (remove.length === 0) return;
    const keys = { SecretId: name, TagKeys: [...remove] };
    await aws.change(operation, signal, (client, options) => client.send(new UntagResourceCommand(keys), options));
  };
  for (const step of mustRemoveFirst(present, change) ? [drop, add] : [add, drop]) await step();
}
