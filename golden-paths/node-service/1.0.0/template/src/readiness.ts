import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

const INTERVAL_MS = 1000;
const TIMEOUT_MS = 1000;

/** How many results in a row turn a verdict: one lost packet shall not take every instance away. */
const TURNS_AFTER = 2;

/** Fails where something is wrong. */
export type Check = () => Promise<void>;

/**
 * Whether traffic should come here.
 *
 * Dependencies are checked at a steady pace of their own, so that probes, however many, do not load
 * them.
 */
export class Readiness {
  #isStopping = false;
  readonly #unhealthy = new Set<string>();
  readonly #log: FastifyBaseLogger;

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  /** Makes readiness depend on `check`. */
  watch(name: string, check: Check): void {
    this.#unhealthy.add(name);
    void this.#repeat(name, check);
  }

  /** Not ready any more, for good. */
  stop(): void {
    this.#isStopping = true;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** What keeps the service from being ready. */
  get fault(): string | undefined {
    if (this.#isStopping) return 'the service is stopping';
    const [name] = this.#unhealthy;
    return name && `${name} does not answer`;
  }

  async #repeat(name: string, check: Check): Promise<void> {
    let verdict: boolean | undefined;
    let contrary = 0;
    for (;;) {
      const error = await failure(check);
      if (this.#isStopping) return;
      const isHealthy = error === undefined;
      contrary = isHealthy === verdict ? 0 : contrary + 1;
      if (verdict === undefined || contrary >= TURNS_AFTER) {
        verdict = isHealthy;
        contrary = 0;
        this.#turn(name, error);
      }
      await sleep(INTERVAL_MS, undefined, { ref: false });
    }
  }

  #turn(name: string, error: unknown): void {
    if (error === undefined) {
      this.#unhealthy.delete(name);
      this.#log.info({ dependency: name }, 'a dependency answers');
    } else {
      this.#unhealthy.add(name);
      this.#log.warn({ dependency: name, err: error }, 'a dependency does not answer');
    }
  }
}

async function failure(check: Check): Promise<unknown> {
  const late = new AbortController();
  try {
    await Promise.race([
      check(),
      sleep(TIMEOUT_MS, undefined, { ref: false, signal: late.signal }).then(() => {
        throw new Error(`no answer within ${TIMEOUT_MS} ms`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return error ?? new Error('failed without a reason');
  } finally {
    late.abort();
  }
}
