import { z } from 'zod';
import {
  type SubgraphName,
  subgraphNames,
  type UrlSetting,
  urlSetting,
} from '../../runtime/services.ts';
import { duration } from '../../runtime/settings.ts';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** What is said of one subgraph in place of the supergraph. */
const override = z.strictObject({
  /** Where it is asked, with its path. */
  url: httpUrl.optional(),
  /** Where it serves subscriptions, where that is not beside `url`. */
  subscriptionUrl: z
    .url({ protocol: /^(wss?|https?)$/, error: 'must be a ws, wss, http or https address' })
    .optional(),
  /** How it serves subscriptions. */
  subscriptionProtocol: z
    .enum(['graphql-ws', 'graphql-sse'], { error: 'must be graphql-ws or graphql-sse' })
    .default('graphql-ws'),
  /** How long it may take to answer. */
  timeout: duration.optional(),
});

export type SubgraphOverride = z.infer<typeof override>;

const mustBe =
  'must be JSON such as {"review":{"url":"http://review:4006/graphql","timeout":"5s"}}';

/** Overrides by the name of the subgraph, as JSON. */
export const subgraphOverrides = z
  .string()
  .default('{}')
  .transform((text, context) => {
    const result = z.record(z.string(), override).safeParse(jsonOr(text));
    if (result.success) return new Map(Object.entries(result.data));
    const [issue] = result.error.issues;
    const where = issue?.path.length ? `: ${issue.path.join('.')} ${issue.message}` : '';
    context.addIssue({ code: 'custom', message: `${mustBe}${where}` });
    return z.NEVER;
  });

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type SubgraphSettings = { SUBGRAPHS: Map<string, SubgraphOverride> } & {
  [Setting in UrlSetting<SubgraphName>]?: string | undefined;
};

/**
 * The overrides of `SUBGRAPHS`, and the addresses of the product's own services, which listen at
 * `/graphql`.
 */
export function overridesOf(settings: SubgraphSettings): Map<string, Partial<SubgraphOverride>> {
  const overrides = new Map<string, Partial<SubgraphOverride>>(settings.SUBGRAPHS);
  for (const name of subgraphNames) {
    const url = settings[urlSetting(name)];
    if (url) overrides.set(name, { url: `${url}/graphql`, ...overrides.get(name) });
  }
  return overrides;
}
