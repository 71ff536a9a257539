import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { askedServices, jobList, operationOf } from './jobs.ts';
import { schedulerSettings } from './settings.ts';

const schemas = Object.fromEntries(
  askedServices.map((name) => {
    const sdl = readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8');
    return [name, buildSubgraphSchema(parse(sdl))];
  }),
);

test.each(jobList)('%s asks for something that its service offers', (_name, job) => {
  const schema = schemas[job.ask[0]];
  expect(schema && validate(schema, parse(operationOf(job)))).toEqual([]);
});

test.each(
  jobList.filter(([, { every }]) => every),
)('%s recurs at the interval that its setting gives', (_name, { every }) => {
  expect(schedulerSettings.shape).toHaveProperty([every as string]);
});

test('an operation is named after its field and selects what the job needs', () => {
  expect(operationOf({ ask: ['order', 'closeDueOrders(deadline: $deadline) { dueInMs }'] })).toBe(
    'mutation CloseDueOrders($deadline: DateTime) { closeDueOrders(deadline: $deadline) { dueInMs } }',
  );
  expect(operationOf({ ask: ['payment', 'sendEmails'] })).toBe(
    'mutation SendEmails { sendEmails }',
  );
});
