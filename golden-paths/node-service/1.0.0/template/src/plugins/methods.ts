import type { FastifyPluginCallback } from 'fastify';
import fp from 'fastify-plugin';

import { HttpError } from './problems.ts';

declare module 'fastify' {
  interface FastifyInstance {
    methodsByUrl: Map<string, Set<string>>;
  }
}

/** Notes the methods of each route. */
export const noteMethods = fp((app, _options, done) => {
  app.decorate('methodsByUrl', new Map<string, Set<string>>());
  app.addHook('onRoute', ({ url, method }) => {
    const methods = app.methodsByUrl.get(url) ?? new Set();
    for (const it of [method].flat()) methods.add(it);
    app.methodsByUrl.set(url, methods);
  });
  done();
});

/** Answers all other methods with 405, where Fastify says 404. Registered after all routes. */
export const refuseOtherMethods: FastifyPluginCallback = (app, _options, done) => {
  for (const [url, methods] of [...app.methodsByUrl]) {
    const allow = [...methods].join(', ');
    app.route({
      url,
      method: app.supportedMethods.filter((it) => !methods.has(it)),
      exposeHeadRoute: false,
      config: { public: true },
      schema: { hide: true },
      handler: () => {
        throw new HttpError(405, undefined, { allow });
      },
    });
  }
  done();
};
