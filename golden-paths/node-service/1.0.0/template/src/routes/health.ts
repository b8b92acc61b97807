import type { FastifyPluginCallback, FastifyReply } from 'fastify';

import { HttpError } from '../plugins/problems.ts';
import type { Readiness } from '../readiness.ts';

const PROBE = { config: { public: true }, schema: { hide: true } };

// No cache between may answer for a probe.
const NO_STORE = { 'cache-control': 'no-store' };

/**
 * What the platform asks of a running process.
 *
 * `/livez` says that the process can still answer; it looks at no dependency, because a restart
 * repairs none. `/readyz` says whether traffic should come here.
 */
export const health: FastifyPluginCallback<{ readiness: Readiness }> = (
  app,
  { readiness },
  done,
) => {
  const ok = (reply: FastifyReply) => reply.headers(NO_STORE).type('text/plain').send('ok');

  app.get('/livez', PROBE, (_request, reply) => ok(reply));

  app.get('/readyz', PROBE, (_request, reply) => {
    if (readiness.fault) throw new HttpError(503, readiness.fault, NO_STORE);
    return ok(reply);
  });
  done();
};
