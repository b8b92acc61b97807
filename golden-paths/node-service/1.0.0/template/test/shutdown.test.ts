import { expect, test } from 'vitest';

import { problem, read, start } from './service.ts';

test('a stopping service is not ready but still serves', async () => {
  const service = await start({ DRAIN_DELAY_SECONDS: '0.5' });

  const stopped = service.stop();

  const response = await service.get('/readyz');
  expect(response.status).toBe(503);
  expect(await problem(response)).toMatchObject({ detail: 'the service is stopping' });
  expect(response.headers.get('connection')).toBe('close');
  expect((await service.get('/livez')).status).toBe(200);
  await stopped;
});

test('a request in flight finishes before the service ends', async () => {
  const service = await start({ SHUTDOWN_TIMEOUT_SECONDS: '10' });
  const slow = await service.beginRequest();

  const stopped = service.stop();
  await expect.poll(() => service.get('/livez').catch(() => 'refused')).toBe('refused');
  slow.write('}');

  expect(await read(slow)).toMatch(/^HTTP\/1.1 (200|503)/);
  await stopped;
});

test('a request that does not finish holds the service no longer than the timeout', async () => {
  const service = await start({ SHUTDOWN_TIMEOUT_SECONDS: '0.1' });
  await service.beginRequest();

  await service.stop();

  expect(service.logs.join('')).toMatch('still in flight');
});
