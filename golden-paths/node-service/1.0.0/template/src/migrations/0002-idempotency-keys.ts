import { sql, type Kysely } from 'kysely';

export async function up(database: Kysely<never>): Promise<void> {
  await database.schema
    .createTable('idempotency_keys')
    .addColumn('operation', 'text', (it) => it.notNull())
    .addColumn('key', 'text', (it) => it.notNull())
    // A digest, so that what callers send is not kept here.
    .addColumn('request', 'bytea', (it) => it.notNull())
    .addColumn('answer', 'jsonb')
    .addColumn('created_at', 'timestamptz', (it) => it.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('idempotency_keys_pkey', ['operation', 'key'])
    .execute();
  await database.schema
    .createIndex('idempotency_keys_created_at')
    .on('idempotency_keys')
    .column('created_at')
    .execute();
}
