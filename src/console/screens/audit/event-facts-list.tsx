import { Anchor, Code, Group } from '@mantine/core';
import type { AuditEvent } from '../../../client/api-types.ts';
import { ObjectLink } from '../../ui/object-link.tsx';
import { useDirectory } from '../../use-directory.ts';
import { wordsOf } from '../../words.ts';
import styles from './audit.module.css';
import { type Fact, factsOf } from './event-facts.ts';

interface Props {
  readonly event: AuditEvent;
  readonly onNarrow: (patch: Readonly<Record<string, string | null>>) => void;
}

/** All that was recorded with an event, as pairs of words. */
export function EventFacts({ event, onNarrow }: Props) {
  const { seq, at, actor, objectType, objectId, requestId, details, keyId, mac } = event;
  return (
    <dl className={styles.facts}>
      {factsOf(details).map((fact) => (
        <FactLine key={fact.label} fact={fact} />
      ))}
      <dt>{wordsOf(objectType)}</dt>
      <dd>
        <Group gap="xs">
          <Code className={styles.code}>{objectId}</Code>
          <Narrow onClick={() => onNarrow({ object: objectId })}>All about it</Narrow>
        </Group>
      </dd>
      <dt>Who</dt>
      <dd>
        <Group gap="xs">
          <span>{actor.type === 'system' ? 'Keyferry itself' : actor.name}</span>
          <Narrow onClick={() => onNarrow({ person: actor.personId })}>All by the same</Narrow>
        </Group>
      </dd>
      {requestId !== null && (
        <>
          <dt>Request</dt>
          <dd>
            <Group gap="xs">
              <Code className={styles.code}>{requestId}</Code>
              <Narrow onClick={() => onNarrow({ request: requestId })}>All it did</Narrow>
            </Group>
          </dd>
        </>
      )}
      <dt>Place in the record</dt>
      <dd>
        Event {seq}, <time dateTime={at}>{at}</time>
      </dd>
      <dt>Sealed with key {keyId}</dt>
      <dd>
        <Code className={styles.code}>{mac}</Code>
      </dd>
    </dl>
  );
}

function FactLine({ fact: { label, text, about } }: { readonly fact: Fact }) {
  const { nameOf } = useDirectory();
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {about ? (
          <ObjectLink about={about}>{nameOf(about.id) ?? <Code className={styles.code}>{text}</Code>}</ObjectLink>
        ) : (
          text
        )}
      </dd>
    </>
  );
}

function Narrow({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={onClick}>
      {children}
    </Anchor>
  );
}
