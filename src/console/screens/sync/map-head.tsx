import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { VaultProfile } from '../../../client/api-types.ts';
import styles from './sync-map.module.css';

/** The vault profiles that hold copies. */
export function MapHead({ columns }: { readonly columns: readonly VaultProfile[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className={styles.corner}>
          Secret
        </th>
        {columns.map(({ id, name }) => (
          <th key={id} scope="col" className={styles.column} title={name}>
            <Anchor
              inherit
              c="inherit"
              className={styles.label}
              renderRoot={(props) => <Link to="/vaults/profiles/$profileId" params={{ profileId: id }} {...props} />}
            >
              {name}
            </Anchor>
          </th>
        ))}
      </tr>
    </thead>
  );
}
