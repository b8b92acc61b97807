import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';

import * as greetings from './0001-greetings.ts';

/** In the order of their names. One that was released does not change any more. */
const migrations = {
  '0001-greetings': greetings,
};

/** Runs those that are new, each in a transaction, and says which. */
export async function migrate<Tables>(database: Kysely<Tables>): Promise<string[]> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('a migration failed', { cause: error });
  return (results ?? []).map((it) => it.migrationName);
}
