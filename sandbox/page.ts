import { moneyText } from '../runtime/currency.ts';
import type { SandboxPayment } from './payments.ts';

const stateText: Record<SandboxPayment['state'], string> = {
  WAIT: 'Waiting for your payment.',
  SUCCESS: 'Paid.',
  FAILED: 'The payment failed.',
  CLOSED: 'This payment was closed and can no longer be paid.',
};

const style = `
  * { box-sizing: border-box; }
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { min-height: 100vh; margin: 0; display: grid; place-items: center; background: Canvas; color: CanvasText; }
  main { width: min(24rem, 90vw); padding: 2rem; border: 1px solid color-mix(in srgb, CanvasText 18%, Canvas); border-radius: 1rem; }
  h1 { margin: 0 0 .25rem; font-size: 1rem; font-weight: 600; }
  .amount { margin: 1rem 0; font-size: 2.25rem; font-weight: 700; font-variant-numeric: tabular-nums; }
  .note { color: color-mix(in srgb, CanvasText 65%, Canvas); margin: .25rem 0; }
  form { display: grid; gap: .75rem; margin: 1.5rem 0; }
  button { font: inherit; font-weight: 600; padding: .75rem; border-radius: .6rem; border: 1px solid transparent; cursor: pointer; }
  .pay { background: #0f766e; color: #fff; }
  .back { display: block; margin: 1rem 0; color: inherit; font-weight: 600; }
  .time { white-space: nowrap; }
  .fail { background: transparent; color: inherit; border-color: color-mix(in srgb, CanvasText 30%, Canvas); }
  :focus-visible { outline: 3px solid #0f766e; outline-offset: 2px; }
`;

/**
 * The page where a person pays, or lets the payment fail; and, after a refund, lets the bank send
 * it back. Plain HTML without scripts.
 */
export function payPage(payment: SandboxPayment, now: Date): string {
  const open = payment.state === 'WAIT' && payment.expiresAt > now;
  const status =
    payment.state === 'WAIT' && !open ? 'The time to pay has passed.' : stateText[payment.state];
  const form = `<form method="post">
      <button class="pay" name="outcome" value="pay">Pay</button>
      <button class="fail" name="outcome" value="fail">Let it fail</button>
    </form>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox payment</title><style>${style}</style></head>
<body><main>
    <h1>${datesWhole(escaped(payment.description))}</h1>
    <p class="note">Payment ${escaped(payment._id)}</p>
    <p class="amount">${escaped(moneyText(payment))}</p>
    <p role="status">${status}</p>
    ${open ? `<p class="note">Pay before <span class="time">${minuteOf(payment.expiresAt)} UTC</span>.</p>${form}` : ''}
    ${refunded(payment)}
    ${wayBack(payment)}
    <p class="note">This is a sandbox: no real money moves.</p>
</main></body></html>`;
}

/** What a bank may do long after a refund, for whoever wants to see a difference and mend it. */
function refunded({ state, refunded: amount, currency }: SandboxPayment): string {
  if (state !== 'SUCCESS') return '';
  if (amount === 0)
    return '<p class="note">Come back to this page after a refund: the bank can send it back here.</p>';
  return `<p>${escaped(moneyText({ amount, currency }))} went back.</p>
    <form method="post">
      <button class="fail" name="outcome" value="send-back">Let the bank send the refund back</button>
    </form>
    <p class="note">An operator then sees a difference and can mend it.</p>`;
}

/** A date is not broken between two lines. */
const datesWhole = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\d/g, '<span class="time">$&</span>');

const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

/** To the merchant's page, which is told the payment; without one there is only this tab to close. */
function wayBack({ _id, state, returnUrl }: SandboxPayment): string {
  if (!returnUrl) return state === 'SUCCESS' ? '<p class="note">You may close this page.</p>' : '';
  const url = new URL(returnUrl);
  url.searchParams.set('payment', _id);
  return `<a class="back" href="${escaped(url.href)}">Back to your order</a>`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] as string);
