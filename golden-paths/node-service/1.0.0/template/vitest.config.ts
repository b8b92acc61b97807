import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Some start the program, and a busy machine takes its time for that.
    testTimeout: 40_000,
    expect: { poll: { timeout: 20_000 } },
    coverage: { include: ['src/**'], reporter: ['text'] },
  },
});
