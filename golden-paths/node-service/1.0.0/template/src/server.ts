import { loadConfig, type Config } from './config.ts';
import { flushTelemetry } from './instrumentation.ts';
import { createLogger } from './logging.ts';
import { startService } from './service.ts';

let config: Config;
try {
  config = loadConfig(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

const log = createLogger(config.LOG_LEVEL);
// Also what a promise was rejected with and nobody caught.
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'the service could not go on');
  process.exit(1);
});

const service = await startService(config, log);
const stop = async () => {
  await service.stop();
  await flushTelemetry();
  process.exit();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
