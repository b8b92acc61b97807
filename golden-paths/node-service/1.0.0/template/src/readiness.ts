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
    let verdict: boolean | undefined;
    let contrary = 0;
    const probe = async () => {
      const error = await failure(check);
      if (this.#isStopping) return;
      const isHealthy = error === undefined;
      contrary = isHealthy === verdict ? 0 : contrary + 1;
      if (verdict === undefined || contrary >= TURNS_AFTER) {
        verdict = isHealthy;
        contrary = 0;
        this.#turn(name, error);
      }
      setTimeout(() => void probe(), INTERVAL_MS).unref();
    };
    this.#unhealthy.add(name);
    void probe();
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

/** Why a check failed, if it did. */
async function failure(check: Check): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${TIMEOUT_MS} ms`));
    }, TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}
