import fp from 'fastify-plugin';

import { HttpError } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Open to everybody. */
    public?: boolean;
  }
}

/**
 * Who may call: nobody, unless the route says that it is public. Authentication belongs here.
 * docs/adr/0002-closed-by-default.md
 */
export default fp((app, _options, done) => {
  app.addHook('onRequest', (request, _reply, next) => {
    const isOpen = request.is404 || request.routeOptions.config.public === true;
    next(isOpen ? undefined : new HttpError(403));
  });
  done();
});
