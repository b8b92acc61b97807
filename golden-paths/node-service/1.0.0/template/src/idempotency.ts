/**
 * A request that arrives twice, because its answer got lost, is carried out once.
 *
 * The key, the effect and the answer are one transaction: all of them are there, or none. A second
 * request waits for the first.
 */

import { createHash } from 'node:crypto';

import { Type } from '@fastify/type-provider-typebox';
import { sql, type Generated, type JSONColumnType, type Transaction } from 'kysely';

import type { Database, Tables } from './database.ts';
import { HttpError } from './plugins/problems.ts';

/** For the `headers` of a route's schema. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      description: 'With the same key a request is carried out once and answered alike, for a day',
    }),
  ),
});

/**
 * The keys. Once callers are known, a key belongs to one of them: then the primary key needs the
 * caller, too.
 */
export interface IdempotencyKeys {
  operation: string;
  key: string;
  /** A digest. */
  request: Buffer;
  /** Until the work is done there is none. */
  answer: JSONColumnType<object | null, string | undefined>;
  created_at: Generated<Date>;
}

/** What a caller sent, and what it calls that, if it does. */
interface Sent {
  operation: string;
  key: string | undefined;
  request: unknown;
}

/** Does the work, or gives the answer that the same request with this key had. */
export async function once<Answer extends object>(
  { queries }: Database,
  { operation, key, request }: Sent,
  work: (transaction: Transaction<Tables>) => Promise<Answer>,
): Promise<Answer> {
  return queries.transaction().execute(async (transaction) => {
    if (key === undefined) return work(transaction);

    const digest = createHash('sha256').update(JSON.stringify(request)).digest();
    const claim = await transaction
      .insertInto('idempotency_keys')
      .values({ operation, key, request: digest })
      .onConflict((it) => it.doNothing())
      .returning('key')
      .executeTakeFirst();
    if (!claim) {
      const before = await transaction
        .selectFrom('idempotency_keys')
        .select(['request', 'answer'])
        .where((it) => it.and({ operation, key }))
        .executeTakeFirstOrThrow();
      if (!digest.equals(before.request)) {
        throw new HttpError(409, 'idempotency-key: it was used for another request');
      }
      return before.answer as Answer;
    }

    const answer = await work(transaction);
    await transaction
      .updateTable('idempotency_keys')
      .set({ answer: JSON.stringify(answer) })
      .where((it) => it.and({ operation, key }))
      .execute();
    await forget(transaction);
    return answer;
  });
}

/** Some of the keys that are older than a day. */
async function forget(transaction: Transaction<Tables>): Promise<void> {
  await sql`
    DELETE FROM idempotency_keys WHERE (operation, key) IN (
      SELECT operation, key FROM idempotency_keys
      WHERE created_at < now() - interval '1 day'
      LIMIT 10 FOR UPDATE SKIP LOCKED)
  `.execute(transaction);
}
