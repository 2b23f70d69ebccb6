import { NativeSelect, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import type { Project } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { AttributeFields } from '../../payload/attribute-fields.tsx';
import { LifetimeFields } from '../../payload/lifetime-fields.tsx';
import { SECRET_TYPES, type SecretType, TYPE_LABEL } from '../../payload/payload-fields.ts';
import { CustomerChoice } from '../secrets/customer-choice.tsx';
import type { NewSecret } from './new-secret.ts';

interface Props {
  readonly secret: NewSecret;
  readonly onChange: (patch: Partial<NewSecret>) => void;
  readonly error: unknown;
  readonly projects: readonly Project[];
}

const TYPES = SECRET_TYPES.map((value) => ({ value, label: TYPE_LABEL[value] }));

/** What it is called and what may be known of it. */
export function IdentityFields({ secret, onChange, error, projects }: Props) {
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NativeSelect
          label="Project"
          data={projects.map(({ slug, name }) => ({ value: slug, label: name }))}
          value={secret.project}
          error={errorAt(error, '/project')}
          onChange={(event) => onChange({ project: event.currentTarget.value })}
        />
        <NativeSelect
          label="Type"
          description="It stays what it is for good."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={TYPES}
          value={secret.type}
          onChange={(event) => onChange({ type: event.currentTarget.value as SecretType })}
        />
        <CustomerChoice
          project={secret.project}
          value={secret.customer}
          error={errorAt(error, '/customer')}
          everybody={{ value: '', label: 'All of the project' }}
          onChange={(customer) => onChange({ customer })}
        />
        <TextInput
          label="Folder"
          placeholder="payments/production"
          autoComplete="off"
          value={secret.path}
          error={errorAt(error, '/path')}
          onChange={(event) => onChange({ path: event.currentTarget.value })}
        />
        <TextInput
          label="Name"
          required
          autoComplete="off"
          value={secret.name}
          error={errorAt(error, '/name')}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      </SimpleGrid>
      <TextInput
        label="Description"
        autoComplete="off"
        value={secret.description}
        error={errorAt(error, '/description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <TagsInput
        label="Tags"
        description="Press Enter after each."
        value={[...secret.tags]}
        error={errorAt(error, '/tags')}
        onChange={(tags) => onChange({ tags })}
      />
      <AttributeFields
        draft={secret.attributes}
        onChange={(attributes) => onChange({ attributes })}
        error={errorAt(error, '/attributes')}
      />
      <LifetimeFields
        draft={secret.lifetime}
        onChange={(lifetime) => onChange({ lifetime })}
        error={errorAt(error, '/lifetime')}
      />
    </Stack>
  );
}
