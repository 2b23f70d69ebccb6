import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import type { AuditEvent } from '../../../client/api-types.ts';
import { actionWords } from '../../action-words.ts';
import { ObjectLink } from '../../ui/object-link.tsx';
import { absolute } from '../../ui/time.tsx';
import { useDirectory } from '../../use-directory.ts';
import { useEventName } from '../../use-event-name.ts';
import { wordsOf } from '../../words.ts';
import styles from './audit.module.css';
import { EventFacts } from './event-facts-list.tsx';

interface Props {
  readonly event: AuditEvent;
  readonly onNarrow: (patch: Readonly<Record<string, string | null>>) => void;
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** One event as a sentence, and all that was recorded with it on demand. */
export function EventRow({ event, onNarrow }: Props) {
  const [open, { toggle }] = useDisclosure();
  const id = useId();
  const { nameOf } = useDirectory();
  const { seq, at, actor, action, objectType, objectId } = event;
  const name = useEventName(event);
  return (
    <li className={styles.item}>
      <div className={styles.row}>
        <Text size="sm" c="dimmed" component="time" dateTime={at} title={absolute(at)}>
          {TIME.format(new Date(at))}
        </Text>
        <div>
          <Text size="sm" component="div">
            <strong>{actionWords(action)}</strong>{' '}
            <ObjectLink about={{ type: objectType, id: objectId }}>{name ?? called(objectType)}</ObjectLink>
          </Text>
          <Text size="sm" c="dimmed" component="div">
            by {actor.name}
            {actor.type === 'machine' && `, a machine of ${nameOf(actor.personId) ?? 'somebody'}`}
          </Text>
        </div>
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={open}
          aria-controls={id}
          aria-label={`Details of event ${seq}`}
          onClick={toggle}
        >
          {open ? 'Less' : 'Details'}
        </Button>
      </div>
      <div id={id} hidden={!open}>
        {open && <EventFacts event={event} onNarrow={onNarrow} />}
      </div>
    </li>
  );
}

/** What to call a thing without a name: of most, the words for what happened say what they are. */
function called(objectType: string): string {
  const hasPage = ['secret', 'vault_profile', 'person', 'group', 'machine'].includes(objectType);
  return hasPage ? `(the ${wordsOf(objectType).toLowerCase()})` : '';
}
