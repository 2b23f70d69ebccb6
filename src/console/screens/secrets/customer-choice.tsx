import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { customersQuery } from '../../consumer-queries.ts';

interface Props {
  /** Id or slug. */
  readonly project: string;
  /** Slug of the customer. */
  readonly value: string;
  /** What stands for no particular one. */
  readonly everybody: { readonly value: string; readonly label: string };
  /** Offer those that no customer has to itself. */
  readonly shared?: boolean;
  readonly error?: string | undefined;
  readonly width?: NativeSelectProps['w'];
  readonly onChange: (customer: string) => void;
}

/** Customers of a project, where it has any. */
export function CustomerChoice({ project, value, everybody, shared = false, error, width, onChange }: Props) {
  const { data = [] } = useQuery(customersQuery(project));
  if (data.length === 0 && value === '') return null;
  const known = data.map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <NativeSelect
      label="Customer"
      {...(width !== undefined && { w: width })}
      data={[everybody, ...(shared ? [{ value: 'shared', label: 'Shared by all' }] : []), ...known]}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
