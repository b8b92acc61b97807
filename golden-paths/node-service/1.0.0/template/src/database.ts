import type { FastifyBaseLogger } from 'fastify';
import { Kysely, PostgresDialect, sql, type Generated } from 'kysely';
import { DatabaseError, Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 2000;
const STATEMENT_TIMEOUT_MS = 5000;

/** The tables; `migrations/` makes them. */
export interface Tables {
  greetings: { name: string; times: Generated<number> };
}

/** The connections to PostgreSQL. */
export class Database {
  readonly queries: Kysely<Tables>;
  readonly #pool: Pool;

  constructor(url: string, log: FastifyBaseLogger) {
    this.#pool = new Pool({
      connectionString: url,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // Where not even the server's own timeout comes back.
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
    });
    // A connection that breaks while it is idle, or being closed, would end the process if nobody
    // listened.
    this.#pool.on('error', (error) => {
      log.warn({ err: error }, 'a connection to the database broke');
    });
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.queries = new Kysely({ dialect: new PostgresDialect({ pool: this.#pool }) });
  }

  /** Fails where the database does not answer. */
  async check(): Promise<void> {
    await sql`SELECT 1`.execute(this.queries);
  }

  /** Shows how full the pool is. Names follow OpenTelemetry's conventions for databases. */
  observe(registry: Registry): void {
    const pool = this.#pool;
    new Gauge({
      name: 'db_client_connection_count',
      help: 'Connections to the database, by state',
      labelNames: ['state'],
      registers: [registry],
      collect() {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      },
    });
    new Gauge({
      name: 'db_client_connection_max',
      help: 'Most connections to the database that there may be',
      registers: [registry],
    }).set(MAX_CONNECTIONS);
  }

  async close(): Promise<void> {
    await this.queries.destroy();
  }
}

/**
 * Whether the database, rather than the query, is at fault: it could not be reached (then the error
 * is none of PostgreSQL's), or one of these classes of SQLSTATE says so.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseError) return /^(08|53|57)/.test(error.code ?? '');
  const isNetwork = 'syscall' in error || 'errors' in error;
  return isNetwork || /timeout|Connection terminated|not queryable/.test(error.message);
}
