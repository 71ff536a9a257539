import type { z } from 'zod';
import { ProviderUnavailable } from '../domain/provider.ts';

/**
 * What an answer of a provider says. One that makes no sense is as good as none.
 * @throws ProviderUnavailable
 */
export function readAnswer<Said>(who: string, shape: z.ZodType<Said>, answer: unknown): Said {
  const { success, data, error } = shape.safeParse(answer);
  if (success) return data;
  throw new ProviderUnavailable(`${who} answered something else`, { cause: error });
}
