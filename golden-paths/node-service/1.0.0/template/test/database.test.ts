import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { connect, testWithDatabase } from './database.ts';
import { problem, start } from './service.ts';

test('without the database a greeting is a problem that may pass', async () => {
  const service = await start();

  const response = await service.post('/v1/greetings', { name: 'Ada' });

  expect(response.status).toBe(503);
  expect(await problem(response)).toMatchObject({ detail: 'database does not answer' });
});

testWithDatabase('a statement that waits too long is ended', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });
  const other = connect(url);

  const response = await other.transaction().execute(async (transaction) => {
    await sql`LOCK TABLE greetings`.execute(transaction);
    return service.post('/v1/greetings', { name: 'Ada' });
  });
  await other.destroy();

  expect(response.status).toBe(503);
  expect(await problem(response)).toMatchObject({ detail: 'database does not answer' });
});

testWithDatabase('the metrics show how full the pool is', async ({ url }) => {
  const service = await start({ DATABASE_URL: url });

  await service.post('/v1/greetings', { name: 'Ada' });

  const metrics = await service.metrics();
  expect(metrics).toMatch(/db_client_connection_count\{state="idle"\} \d/);
  expect(metrics).toMatch(/db_client_connection_count\{state="used"\} \d/);
  expect(metrics).toMatch('db_client_connection_max 10');
});
