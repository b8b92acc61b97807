import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { expect, test } from 'vitest';

import { freePort, run } from './program.ts';
import { beginRequest, read } from './service.ts';

test('a terminated process finishes its requests, logs JSON and exits with success', async () => {
  const port = await freePort();
  const program = run({ PORT: String(port) });
  const messages: unknown[] = [];
  createInterface(program.stdout).on('line', (line) => {
    messages.push((JSON.parse(line) as { message: unknown }).message);
  });
  const listening = `Server listening at http://127.0.0.1:${port}`;
  await expect.poll(() => messages).toContain(listening);
  const slow = await beginRequest(port);

  // Unlike `exit`, this waits for the last line.
  const closed = once(program, 'close');
  program.kill('SIGTERM');
  await expect.poll(() => messages).toContain('stopping: no longer ready');
  slow.write('}');

  expect(await read(slow)).toMatch(/^HTTP\/1.1 (200|503)/);
  expect(await closed).toEqual([0, null]);
  expect(messages.at(-1)).toBe('stopped');
});

test('an invalid configuration ends the process at once', async () => {
  const program = run({ PORT: 'http' });

  const exited = once(program, 'exit');
  const errors = (await program.stderr.toArray()).join('');

  expect(await exited).toEqual([1, null]);
  expect(errors).toBe('the configuration is invalid:\n  PORT: must be integer\n');
});
