import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Said } from './thread.ts';

/**
 * Answers what this thread is asked, one question after the other, until it is ended. What `answer`
 * throws, the one who asks gets.
 */
export function answerInThread(answer: (question: never) => unknown): void {
  const port = parentPort as MessagePort;
  const say = (said: Said) => port.postMessage(said);
  port.on('message', ({ number, question }: { number: number; question: never }) => {
    try {
      say({ number, answer: answer(question) });
    } catch (error) {
      say({ number, error });
    }
  });
  say('ready');
}
