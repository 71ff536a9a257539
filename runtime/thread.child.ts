import { workerData } from 'node:worker_threads';
import { answerInThread } from './thread-program.ts';

/** A thread of the tests of `thread.ts`. */
const held = new Int32Array((workerData as { held: SharedArrayBuffer }).held);
let told = 'nothing';

answerInThread((question: string) => {
  if (question === 'fail') throw new TypeError('no answer');
  if (question === 'die') process.exit(1);
  if (question === 'wait') Atomics.wait(held, 0, 0);
  if (question.startsWith('remember ')) told = question.slice('remember '.length);
  return new Map([[question, told]]);
});
