import { defineConfig } from 'prisma/config';

const url = process.env.DATABASE_URL;

// The broker applies migrations itself (src/setup/migrate.ts); the address is for Prisma's own commands.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
