import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';

import { about } from '../about.ts';

/** The interface, made of the routes' schemas. `npm run openapi` writes it to openapi.json. */
export default fp(async (app) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: about.name,
        version: about.version,
        description: about.description,
        contact: { name: about.author },
      },
      servers: [{ url: '/' }],
      tags: [{ name: 'greetings', description: 'The sample' }],
    },
  });
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, () =>
    app.swagger(),
  );
});
