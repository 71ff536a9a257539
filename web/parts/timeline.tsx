import { instant } from '../words/format.ts';
import { wordOf } from '../words/words.ts';

type Change = { state: string; cause: string; at: string };

/** What happened to an order, oldest first. */
export const Timeline = ({ history }: { history: readonly Change[] }) => (
  <ol class="timeline">
    {history.map(({ state, cause, at }) => (
      <li key={`${state}${at}`}>
        <strong>{wordOf('cause', cause)}</strong>
        <time dateTime={at}>{instant(at)}</time>
      </li>
    ))}
  </ol>
);
