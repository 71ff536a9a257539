import { useEffect, useState } from 'preact/hooks';
import { t } from '../words/words.ts';

/**
 * The ticket code, large enough to be read and scanned across a counter: the order's number and its
 * code.
 */
export function Ticket({ sn, code }: { sn: string; code: string }) {
  const [squares, setSquares] = useState<boolean[][] | null>(null);
  useEffect(() => {
    void import('uqr').then(({ encode }) =>
      setSquares(encode(`${sn} ${code}`, { border: 2 }).data),
    );
  }, [sn, code]);
  return (
    <section class="ticket" aria-labelledby="ticket">
      <h2 id="ticket">{t('ticket')}</h2>
      {squares && <QrCode squares={squares} />}
      <p class="code">{code.replace(/(.{4})(?=.)/g, '$1 ')}</p>
      <p class="hint">{t('ticketHint')}</p>
    </section>
  );
}

function QrCode({ squares }: { squares: boolean[][] }) {
  const size = squares.length;
  const path = squares
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('ticket')}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
