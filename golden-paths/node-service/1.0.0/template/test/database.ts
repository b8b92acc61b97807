import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { test as base } from 'vitest';

import { migrate } from '../src/migrations/index.ts';

const SERVER = process.env.DATABASE_URL;

export function connect(url: string): Kysely<unknown> {
  return new Kysely({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }),
  });
}

/**
 * A test with a database of its own, migrated, on the server that DATABASE_URL names; the next run
 * replaces it. Without a server the test is skipped, but never so in CI.
 */
export const testWithDatabase = base
  .extend<{ url: string }>({
    url: async ({ task }, use) => {
      const url = new URL(SERVER ?? '');
      url.pathname = `/test_${task.id.replaceAll(/\W/g, '_')}`;
      const name = sql.id(url.pathname.slice(1));
      const server = connect(SERVER ?? '');
      await sql`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`.execute(server);
      await sql`CREATE DATABASE ${name}`.execute(server);

      const database = connect(url.href);
      await migrate(database);
      await database.destroy();
      await server.destroy();
      await use(url.href);
    },
  })
  .skipIf(SERVER === undefined && !process.env.CI);
