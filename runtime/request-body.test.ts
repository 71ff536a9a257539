import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { BodyTooLarge, readBody } from './request-body.ts';

test('a body in far too many pieces is refused once, however many more have come', async () => {
  const request = new IncomingMessage(new Socket());
  let destroyed = 0;
  request.destroy = () => {
    destroyed += 1;
    return request;
  };
  const body = readBody(request, 100);
  for (let piece = 0; piece < 5_000; piece += 1) request.emit('data', Buffer.alloc(0));
  await expect(body).rejects.toThrow(BodyTooLarge);
  expect(destroyed).toBe(1);
});
