import { MultiSelect, type MultiSelectProps } from '@mantine/core';
import styles from './policies.module.css';

interface Props extends Pick<MultiSelectProps, 'label' | 'data' | 'error' | 'description'> {
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  /** What nothing chosen means. */
  readonly nothing: string;
}

/** Some of a list, found by typing. */
export function Choices({ value, nothing, ...rest }: Props) {
  return (
    <MultiSelect
      {...rest}
      value={[...value]}
      placeholder={value.length === 0 ? nothing : ''}
      searchable
      classNames={{ inputField: styles.typing }}
      hidePickedOptions
      nothingFoundMessage="Nothing fits"
      comboboxProps={{ shadow: 'md' }}
    />
  );
}
