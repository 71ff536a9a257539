import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { CheckInGuest } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Done, Notice } from '../parts/notice.tsx';
import { longDay } from '../words/format.ts';
import { t } from '../words/words.ts';
import { canScan, Scanner } from './scanner.tsx';

/** What a ticket's QR code holds: the order's number and its code. */
const ticket = /^\s*(HSO\d{22})\s+([0-9A-Z ]+)$/i;

/** Checks a guest in by the code on the guest's screen: scanned, pasted whole, or typed. */
export function CheckIn({ again }: { again(): void }) {
  const [sn, setSn] = useState('');
  const [code, setCode] = useState('');
  const [scanning, scan] = useState(false);
  const [done, setDone] = useState('');
  const { act, busy, refused } = useAct();
  const checkIn = async (event: SubmitEvent) => {
    event.preventDefault();
    setDone('');
    const ticketCode = code.replaceAll(' ', '').toUpperCase();
    const order = await act(
      async () =>
        (await send(CheckInGuest, { input: { orderSn: sn.trim(), ticketCode } })).checkInGuest,
    );
    if (!order) return;
    setDone(t('checkedIn', { count: order.guests, checkOut: longDay(order.checkOut) }));
    setSn('');
    setCode('');
    again();
  };
  const typed = (text: string) => {
    const found = ticket.exec(text);
    setSn(found?.[1] ?? text);
    if (found?.[2]) setCode(found[2]);
    return found !== null;
  };
  return (
    <form class="booking" aria-labelledby="check-in" onSubmit={checkIn}>
      <h2 id="check-in">{t('checkInGuest')}</h2>
      {canScan() && !scanning && (
        <button type="button" class="quiet" onClick={() => scan(true)}>
          {t('scan')}
        </button>
      )}
      {scanning && <Scanner found={(text) => typed(text) && scan(false)} />}
      <label>
        {t('orderSn')}
        <input
          value={sn}
          required
          spellcheck={false}
          autoComplete="off"
          onInput={(event) => typed(event.currentTarget.value)}
        />
      </label>
      <label>
        {t('ticketCode')}
        <input
          value={code}
          required
          spellcheck={false}
          autoComplete="off"
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      {refused && <Notice>{refused}</Notice>}
      {done && <Done>{done}</Done>}
      <button type="submit" disabled={busy}>
        {t('checkInDo')}
      </button>
    </form>
  );
}
