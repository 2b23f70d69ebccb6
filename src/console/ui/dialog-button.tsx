import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  /** What the button says. */
  readonly label: string;
  /** The same for those who hear it, where it says too little by itself. */
  readonly name?: string;
  readonly title: string;
  readonly size?: 'xs' | 'compact-sm' | 'compact-xs';
  readonly variant?: 'default' | 'filled' | 'subtle';
  readonly disabled?: boolean;
  /** For what needs more room. */
  readonly wide?: boolean;
  /** The button is not there; a dialog that it opened before stays. */
  readonly hidden?: boolean;
  /** What is shown is gone when it closes, so only its buttons close it. */
  readonly stays?: boolean;
  /** Drawn anew whenever it opens, so that what was typed or shown goes with it. */
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a dialog. */
export function DialogButton({ title, stays = false, hidden = false, wide = false, children, ...button }: Props) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      {!hidden && <Opener {...button} onClick={open} />}
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        size={wide ? 'lg' : 'md'}
        centered
        closeOnClickOutside={!stays}
        closeOnEscape={!stays}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {children(close)}
      </Modal>
    </>
  );
}

interface OpenerProps extends Pick<Props, 'label' | 'name' | 'size' | 'variant' | 'disabled'> {
  readonly onClick: () => void;
}

function Opener({ label, name, size, variant = 'default', disabled = false, onClick }: OpenerProps) {
  return (
    <Button
      variant={variant}
      disabled={disabled}
      onClick={onClick}
      {...(name !== undefined && { 'aria-label': name })}
      {...(size !== undefined && { size })}
    >
      {label}
    </Button>
  );
}
