import { useState } from 'preact/hooks';
import type { Answered } from '../api/client.ts';
import { PaymentDifferences, type PaymentDifferencesQuery } from '../api/generated.ts';
import { Done, Failure, Loading } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { instant, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { type Mend, mendsOf, needsReason } from './mend-kinds.ts';
import { doMend } from './mends.ts';

type Difference = Answered<PaymentDifferencesQuery>['paymentDifferences'][number];

/** What the last reconciliations found: where money and bookings do not agree. */
export function Differences() {
  const { data, error, again } = useQuery(PaymentDifferences, { acknowledged: false });
  const found = data?.paymentDifferences ?? [];
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">{t('differences')}</h2>
      {error && <Failure error={error} again={again} />}
      {!data && !error && <Loading />}
      {data && found.length === 0 && <p role="status">{t('noDifferences')}</p>}
      <ul class="timeline">
        {found.map((difference) => (
          <Row
            key={`${difference.kind}${difference.orderSn}${difference.payment?.sn}`}
            difference={difference}
          />
        ))}
      </ul>
      <Acknowledged />
    </section>
  );
}

/** What operators have acknowledged; asked for once somebody wants to see it. */
function Acknowledged() {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('acknowledged')}</summary>
      {open && <AcknowledgedList />}
    </details>
  );
}

function AcknowledgedList() {
  const { data, error, again } = useQuery(PaymentDifferences, { acknowledged: true });
  if (error) return <Failure error={error} again={again} />;
  if (!data) return <Loading />;
  const found = data.paymentDifferences;
  if (found.length === 0) return <p role="status">{t('nothingAcknowledged')}</p>;
  return (
    <ul class="timeline">
      {found.map((difference) => (
        <li key={`${difference.kind}${difference.orderSn}${difference.payment?.sn}`}>
          <strong>{wordOf('difference', difference.kind)}</strong>
          <p>{difference.orderSn}</p>
          <Acknowledgements of={difference} />
        </li>
      ))}
    </ul>
  );
}

/** Who has acknowledged a difference, when and why. */
const Acknowledgements = ({ of: { acknowledgements } }: { of: Difference }) => (
  <>
    {acknowledgements.map(({ by, explanation, at }) => (
      <p class="hint" key={at}>
        {by}, <time dateTime={at}>{instant(at)}</time>: {explanation}
      </p>
    ))}
  </>
);

function Row({ difference }: { difference: Difference }) {
  const { kind, orderSn, payment, foundAt, owed } = difference;
  const [asked, ask] = useState<Mend | null>(null);
  const [done, setDone] = useState('');
  const [mended, setMended] = useState(false);
  // An older release has not stored how much is owed: the next reconciliation does.
  const mends = mendsOf[kind].filter((mend) => mend !== 'giveBack' || owed);
  const choices: readonly Mend[] = [...mends, 'acknowledge'];
  return (
    <li>
      <strong>{wordOf('difference', kind)}</strong>
      <p>
        {orderSn} <time dateTime={foundAt}>{instant(foundAt)}</time>
        {payment?.received && (
          <>
            <br />
            {payment.sn}: {t('received')} {money(payment.received)}, {t('refunded')}{' '}
            {money(payment.refunded)}
          </>
        )}
        {owed && (
          <>
            <br />
            {t('owed')} {money(owed)}
          </>
        )}
      </p>
      {mends.length === 0 && <p class="hint">{wordOf('look', kind, t('lookAtProvider'))}</p>}
      <Acknowledgements of={difference} />
      {done && <Done>{done}</Done>}
      {!mended && (
        <div class="choices">
          {choices.map((mend) => (
            <button key={mend} type="button" class="quiet" onClick={() => ask(mend)}>
              {wordOf('mend', mend)}
            </button>
          ))}
        </div>
      )}
      {asked && (
        <MendDialog
          mend={asked}
          difference={difference}
          close={() => ask(null)}
          answered={(did) => {
            ask(null);
            setMended(did);
            setDone(wordsOf(asked, did));
          }}
        />
      )}
    </li>
  );
}

type MendDialogProps = {
  mend: Mend;
  difference: Difference;
  close(): void;
  answered(did: boolean): void;
};

function wordsOf(mend: Mend, did: boolean): string {
  if (!did) return t('nothingMended');
  return mend === 'acknowledge' ? t('isAcknowledged') : t('mended');
}

function reasonLabelOf(mend: Mend): string | null {
  if (mend === 'acknowledge') return t('acknowledgeReason');
  return needsReason(mend) ? t('refundReason') : null;
}

const MendDialog = ({ mend, difference, close, answered }: MendDialogProps) => (
  <ReasonDialog
    title={wordOf('mend', mend)}
    text={wordOf('mendText', mend)}
    reasonLabel={reasonLabelOf(mend)}
    doLabel={wordOf('mend', mend)}
    ask={({ reason, idempotencyKey }) => doMend[mend](difference, reason, idempotencyKey)}
    answered={({ did }) => answered(did)}
    close={close}
  />
);
