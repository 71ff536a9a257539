import { describe } from '@jest/globals';
import { executed } from './executed.ts';
import { verdicts } from './verdicts.ts';

// One file, so that each edit is composed once.
describe('the checks', () => verdicts());
describe('what clients send', () => executed());
