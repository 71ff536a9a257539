import { z } from 'zod';
import { checkNames } from '../report.ts';

/** From the root of the repository; line and column count from 1. */
const place = {
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  of: z.string().optional().describe('What the place shows, where that is not the element itself.'),
};

const operationUse = z.strictObject({
  ...place,
  operation: z.string(),
  client: z.string().optional().describe('NAME@VERSION of a release, or the name of a service.'),
  before: z
    .literal(true)
    .optional()
    .describe('Registered at the base, and not any more or not so.'),
  seen: z
    .strictObject({ count: z.int().min(1), lastDay: z.iso.date() })
    .optional()
    .describe('What the traffic says of it.'),
  invalid: z.literal(true).optional().describe('Not valid against the schema as it is now.'),
});

const finding = z.strictObject({
  id: z.string().describe('The same for the same finding in every run.'),
  check: z.enum(checkNames),
  severity: z.enum(['error', 'warning', 'note']),
  rule: z.string().describe('npm run schema:check -- --explain RULE says what it means.'),
  impact: z.enum(['breaking', 'dangerous', 'safe']).optional().describe('Only for changes.'),
  at: z.string().optional().describe('The schema coordinate of the element it is about.'),
  message: z.string(),
  advice: z.string().optional(),
  places: z.array(z.strictObject(place)).min(1).describe('The most telling place first.'),
  operations: z.array(operationUse).optional(),
});

/**
 * The form of the JSON report. What it holds is held; `version` grows when a program that reads it
 * must change.
 */
export const reportShape = z.strictObject({
  version: z.literal(2),
  ok: z.boolean(),
  base: z.string().describe('What the schema was compared with, in words.'),
  notCompared: z.string().optional().describe('Why it was compared with nothing.'),
  skipped: z.partialRecord(z.enum(checkNames), z.string()),
  findings: z.array(finding),
  durationMs: z.number(),
});

/** The same as JSON Schema, as it is committed. */
export const reportSchema = (): string =>
  `${JSON.stringify({ title: 'Report of the schema check', ...z.toJSONSchema(reportShape) }, null, 2)}\n`;
