import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';

const SOON_MS = 10;
const SECOND_MS = 1000;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A readiness that depends on a queue, which answers as `answer` does. */
function withQueue(answer: () => Promise<void>): Readiness {
  const readiness = new Readiness(createLogger('silent'));
  readiness.watch('queue', answer);
  return readiness;
}

test('it is not ready before its dependency has answered', async () => {
  const readiness = withQueue(() => Promise.resolve());
  expect(readiness.fault).toBe('queue does not answer');

  await vi.advanceTimersByTimeAsync(SOON_MS);

  expect(readiness.fault).toBeUndefined();
});

test('one failure is no outage, two are', async () => {
  let isDown = false;
  const readiness = withQueue(() => (isDown ? Promise.reject(new Error('no')) : Promise.resolve()));
  await vi.advanceTimersByTimeAsync(SOON_MS);

  isDown = true;
  await vi.advanceTimersByTimeAsync(SECOND_MS);
  expect(readiness.fault).toBeUndefined();

  await vi.advanceTimersByTimeAsync(SECOND_MS);
  expect(readiness.fault).toBe('queue does not answer');

  isDown = false;
  await vi.advanceTimersByTimeAsync(2 * SECOND_MS);
  expect(readiness.fault).toBeUndefined();
});

test('a dependency that hangs does not answer', async () => {
  let isStuck = false;
  const readiness = withQueue(() => (isStuck ? new Promise(() => undefined) : Promise.resolve()));
  await vi.advanceTimersByTimeAsync(SOON_MS);

  isStuck = true;
  await vi.advanceTimersByTimeAsync(4 * SECOND_MS);

  expect(readiness.fault).toBe('queue does not answer');
});
