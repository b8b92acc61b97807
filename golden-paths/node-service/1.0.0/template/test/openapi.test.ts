import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { start } from './service.ts';

interface Content {
  content: Record<string, { schema: object }>;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Content> }>>;
}

const FILE = 'openapi.json';

test('openapi.json is what the service says of itself', async () => {
  const service = await start();

  const document = await (await service.get('/openapi.json')).json();

  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../${FILE}`);
});

test.each([{ name: 'Ada' }, { name: '' }, {}, 'Ada'])(
  'answers are as documented: %j',
  async (body) => {
    const { paths } = JSON.parse(readFileSync(FILE, 'utf8')) as Document;
    const responses = paths['/v1/greetings']?.post?.responses ?? {};
    const service = await start();

    const response = await service.post('/v1/greetings', body);

    const documented = responses[String(response.status)] ?? responses.default;
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = documented?.content[mediaType]?.schema;
    expect(schema, `${response.status} with ${mediaType} is not documented`).toBeDefined();
    const ajv = new Ajv2020();
    expect(ajv.validate(schema ?? false, await response.json()), ajv.errorsText()).toBe(true);
  },
);
