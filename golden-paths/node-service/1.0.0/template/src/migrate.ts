import { loadConfig } from './config.ts';
import { Database } from './database.ts';
import { createLogger } from './logging.ts';
import { migrate } from './migrations/index.ts';

// A step of its own: it runs once before a release, not in each instance at start.
const config = loadConfig(process.env);
const log = createLogger(config.LOG_LEVEL);
const database = new Database(config.DATABASE_URL, log);
try {
  log.info({ migrations: await migrate(database.queries) }, 'the database is up to date');
} catch (error) {
  log.fatal({ err: error }, 'the database could not be migrated');
  process.exitCode = 1;
} finally {
  await database.close();
}
