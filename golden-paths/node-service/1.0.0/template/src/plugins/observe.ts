import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import fp from 'fastify-plugin';

import type { Metrics } from '../metrics.ts';
import type { Readiness } from '../readiness.ts';

const PLAIN_ID = /^[\w.-]{1,128}$/;

/** The caller's id, unless it is one that should not be repeated into logs. */
export function requestId({ headers }: IncomingMessage): string {
  const id = headers['x-request-id'];
  return typeof id === 'string' && PLAIN_ID.test(id) ? id : randomUUID();
}

interface Options {
  metrics: Metrics;
  readiness: Readiness;
}

/** What every request gets: its id, a log line, and its place in metrics and traces. */
export default fp<Options>((app, { metrics, readiness }, done) => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // Names the span by the route; instrumentation-http knows only the path.
    const span = getRPCMetadata(context.active());
    if (span && request.routeOptions.url) span.route = request.routeOptions.url;
  });

  // So that callers who keep connections go elsewhere before this server is gone.
  app.addHook('onSend', async (_request, reply) => {
    if (readiness.isStopping) reply.header('connection', 'close');
  });

  app.addHook('onResponse', async (request, reply) => {
    // The template, never the path itself: a label with a value for each order would have no end.
    const route = request.routeOptions.url ?? '';
    const isProbe = route === '/livez' || route === '/readyz';
    // 499, as nginx has it: the caller left before the answer.
    const status = reply.raw.writableFinished ? reply.statusCode : 499;
    const fields = { method: request.method, route, status, duration_ms: reply.elapsedTime };
    request.log[isProbe ? 'debug' : 'info'](fields, 'request finished');
    // Probes are no traffic.
    if (!isProbe) metrics.record(request.method, route, status, reply.elapsedTime / 1000);
  });
  done();
});
