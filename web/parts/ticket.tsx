import { t } from '../words/words.ts';
import { QrCode } from './qr-code.tsx';

/**
 * The ticket code, large enough to be read and scanned across a counter: the order's number and its
 * code.
 */
export const Ticket = ({ sn, code }: { sn: string; code: string }) => (
  <section class="ticket" aria-labelledby="ticket">
    <h2 id="ticket">{t('ticket')}</h2>
    <QrCode text={`${sn} ${code}`} label={t('ticket')} />
    <p class="code">{code.replace(/(.{4})(?=.)/g, '$1 ')}</p>
    <p class="hint">{t('ticketHint')}</p>
  </section>
);
