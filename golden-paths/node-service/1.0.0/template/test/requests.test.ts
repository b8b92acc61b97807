import { describe, expect, test } from 'vitest';

import { problem, read, start } from './service.ts';

describe('errors', () => {
  test('a body that is no JSON is a problem', async () => {
    const service = await start();

    const response = await service.get('/v1/greetings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });

    expect(response.status).toBe(400);
    await problem(response);
  });

  test('an unknown path is a problem', async () => {
    const service = await start();

    const response = await service.get('/v1/farewells');

    expect(response.status).toBe(404);
    expect(await problem(response)).toEqual({ status: 404, title: 'Not Found' });
  });

  test('a wrong method is a problem that names the right one', async () => {
    const service = await start();

    const response = await service.get('/v1/greetings');

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    await problem(response);
  });

  test('a path that cannot be decoded is a problem with a request id', async () => {
    const service = await start();

    const response = await service.get('/%zz');

    expect(response.status).toBe(400);
    expect(response.headers.get('x-request-id')).toHaveLength(36);
    await problem(response);
  });

  test('what is no HTTP is a problem too', async () => {
    const service = await start();

    const socket = service.connect();
    socket.write('GET / HTTP/1.1\r\nno header\r\n\r\n');

    expect(await read(socket)).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json/);
  });
});

describe('limits', () => {
  test('a large body is refused', async () => {
    const service = await start({ REQUEST_BODY_LIMIT_BYTES: '16' });

    const response = await service.post('/v1/greetings', { name: 'Ada Lovelace' });

    expect(response.status).toBe(413);
    await problem(response);
  });

  test('a request that takes too long is ended', async () => {
    const service = await start({ REQUEST_TIMEOUT_SECONDS: '0.05' });

    const slow = await service.beginRequest();

    expect(await read(slow)).toMatch('HTTP/1.1 503');
  });
});

describe('request ids', () => {
  test("the caller's is returned and logged", async () => {
    const service = await start();

    const response = await service.get('/v1/greetings', { headers: { 'x-request-id': 'abc-1' } });

    expect(response.headers.get('x-request-id')).toBe('abc-1');
    expect(service.logs.join('')).toMatch('"request_id":"abc-1"');
  });

  test('one that could forge logs is replaced', async () => {
    const service = await start();

    const response = await service.get('/v1/greetings', { headers: { 'x-request-id': 'a"b' } });

    expect(response.headers.get('x-request-id')).toHaveLength(36);
  });
});

describe('metrics', () => {
  const counted = (labels: string) =>
    `http_server_request_duration_seconds_count{${labels},http_response_status_code=`;

  test('requests are counted by method, route and status', async () => {
    const service = await start();

    await service.post('/v1/greetings', { name: '' });

    const labels = 'http_request_method="POST",http_route="/v1/greetings"';
    expect(await service.metrics()).toMatch(`${counted(labels)}"422"} 1`);
  });

  test('paths that match no route share one label', async () => {
    const service = await start();

    await service.get('/wp-admin');
    await service.get('/.env');

    const labels = 'http_request_method="GET",http_route=""';
    expect(await service.metrics()).toMatch(`${counted(labels)}"404"} 2`);
  });

  test('they are not on the public port', async () => {
    const service = await start();

    expect((await service.get('/metrics')).status).toBe(404);
  });
});
