import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { freePort, run } from './program.ts';

interface Span {
  name: string;
  traceId: string;
}

interface Traces {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/** Receives what a program sends over OTLP. */
async function receiver(): Promise<{ url: string; spans: Span[]; paths: Set<string> }> {
  const spans: Span[] = [];
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const path = request.url ?? '';
      paths.add(path);
      if (path === '/v1/traces') {
        const body = Buffer.concat(chunks as Buffer[]).toString();
        const { resourceSpans } = JSON.parse(body) as Traces;
        spans.push(...resourceSpans.flatMap((it) => it.scopeSpans).flatMap((it) => it.spans));
      }
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, paths };
}

test('traces go on from the caller, are named by route, and leave before the end', async () => {
  const { url, spans, paths } = await receiver();
  const port = await freePort();
  const program = run({
    PORT: String(port),
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const status = () => get('/livez').then((it) => it.status);
  await expect.poll(() => status().catch(() => 0)).toBe(200);

  const traceId = '0123456789abcdef'.repeat(2);
  await get('/openapi.json', { traceparent: `00-${traceId}-0123456789abcdef-01` });
  const exited = once(program, 'exit');
  const logs = program.stdout.toArray();
  program.kill('SIGTERM');
  await exited;

  expect(spans).toMatchObject([{ name: 'GET /openapi.json', traceId }]);
  expect(paths).toContain('/v1/metrics');
  expect((await logs).join('')).toMatch(`"trace_id":"${traceId}"`);
});
