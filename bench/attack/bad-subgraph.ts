import { createServer } from 'node:http';
import { constants, setPriority } from 'node:os';

/** A process of its own: a subgraph that answers well under `/good`, and in three bad ways. */
// The bad one stands for another machine, and must not take the time of the gateway.
if (process.env.PRIORITY === 'low') setPriority(constants.priority.PRIORITY_LOW);
const huge = Buffer.from(`{"data":{"huge":"${'x'.repeat(50_000_000)}"}}`);
const part = 'x'.repeat(100_000);

createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/good') response.end('{"data":{"good":"here"}}');
    else if (request.url === '/healthy') response.end('{"data":{"healthy":"here"}}');
    else if (request.url === '/huge') response.end(huge);
    else if (request.url === '/floods') {
      const pour = () => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    }
  });
}).listen(Number(process.env.BAD_PORT), '127.0.0.1');
