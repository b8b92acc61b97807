import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { connect, testWithDatabase } from './database.ts';
import { problem, start, type Running } from './service.ts';

function greet(service: Running, key: string, name = 'Ada'): Promise<Response> {
  return service.get('/v1/greetings', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ name }),
  });
}

async function times(response: Response): Promise<unknown> {
  expect(response.status).toBe(200);
  return ((await response.json()) as { times: unknown }).times;
}

testWithDatabase('a request with the same key is carried out once', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });

  expect(await times(await greet(service, '4711'))).toBe(1);
  expect(await times(await greet(service, '4711'))).toBe(1);
  expect(await times(await greet(service, '4712'))).toBe(2);
});

testWithDatabase('requests with the same key may arrive together', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });

  const responses = await Promise.all([greet(service, '4711'), greet(service, '4711')]);

  expect(await Promise.all(responses.map(times))).toEqual([1, 1]);
});

testWithDatabase('a key that names another request is refused', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });
  await greet(service, '4711', 'Ada');

  const response = await greet(service, '4711', 'Grace');

  expect(response.status).toBe(409);
  expect(await problem(response)).toMatchObject({
    detail: 'idempotency-key: it was used for another request',
  });
});

testWithDatabase('a request that failed is carried out when it comes again', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });
  const other = connect(url);
  await sql`ALTER TABLE greetings RENAME TO away`.execute(other);
  expect((await greet(service, '4711')).status).toBe(500);
  await sql`ALTER TABLE away RENAME TO greetings`.execute(other);
  await other.destroy();

  expect(await times(await greet(service, '4711'))).toBe(1);
});

testWithDatabase('keys are forgotten after a day', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });
  await greet(service, '4711');
  const other = connect(url);
  await sql`UPDATE idempotency_keys SET created_at = now() - interval '25 hours'`.execute(other);
  await other.destroy();

  await greet(service, '4712');

  expect(await times(await greet(service, '4711'))).toBe(3);
});

test.each(['', 'a b', 'k'.repeat(256)])('what is no key is refused: %j', async (key) => {
  const service = await start();

  const response = await greet(service, key);

  expect(response.status).toBe(422);
  await problem(response);
});
