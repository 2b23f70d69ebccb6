import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Project } from '../../../client/api-types.ts';
import { ProjectForm } from './project-form.tsx';

interface Props {
  /** Undefined: closed. */
  readonly open: Project | 'new' | undefined;
  readonly onClose: () => void;
}

/** A project and what holds for all of its secrets. */
export function ProjectDialog({ open, onClose }: Props) {
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Project | 'new'>();
  useEffect(() => {
    if (open !== undefined) setShown(open);
  }, [open]);
  if (shown === undefined) return null;
  return (
    <Modal
      opened={open !== undefined}
      onClose={onClose}
      title={shown === 'new' ? 'New project' : `Edit ${shown.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ProjectForm project={shown === 'new' ? undefined : shown} onClose={onClose} />
    </Modal>
  );
}
