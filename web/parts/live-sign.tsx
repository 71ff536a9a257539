import type { Connection } from '../api/subscribe.ts';
import { t } from '../words/words.ts';

/** Says whether what is shown keeps up by itself. */
export const LiveSign = ({ connection }: { connection: Connection }) =>
  connection === 'ended' ? null : (
    <span class={`live ${connection}`} role="status">
      {t(connection === 'live' ? 'live' : 'connecting')}
    </span>
  );
