import type { Kysely } from 'kysely';

export async function up(database: Kysely<never>): Promise<void> {
  await database.schema
    .createTable('greetings')
    .addColumn('name', 'text', (it) => it.primaryKey())
    .addColumn('times', 'integer', (it) => it.notNull().defaultTo(1))
    .execute();
}
