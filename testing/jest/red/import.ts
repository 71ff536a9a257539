import { test } from '@jest/globals';
import './throws.ts';

test('is never reached', () => {});
