import { useState } from 'preact/hooks';
import { type Answered, send } from '../api/client.ts';
import {
  EnableWebhook,
  RegisterWebhook,
  RemoveWebhook,
  RotateWebhookSecret,
  ShopWebhooks,
  type ShopWebhooksQuery,
} from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Done, Failure, Notice } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { t } from '../words/words.ts';
import { AddressForm } from './address-form.tsx';

type Shop = NonNullable<Answered<ShopWebhooksQuery>['homestayShop']>;
type Webhook = NonNullable<Shop['orderWebhooks']>[number];

/**
 * The host's own systems that are told of every change of a shop's orders. They are asked for when
 * they are first shown, and stay on the page: a secret is shown only once.
 */
export function Webhooks({ shopId, name }: { shopId: string; name: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={() => setOpened(true)}>
      <summary>{t('webhooks', { name })}</summary>
      {opened && <Shown shopId={shopId} />}
    </details>
  );
}

function Shown({ shopId }: { shopId: string }) {
  const { data, error, again } = useQuery(ShopWebhooks, { id: shopId });
  const [secret, setSecret] = useState('');
  const { act, busy, refused } = useAct();
  const webhooks = data?.homestayShop?.orderWebhooks ?? [];
  const keep = (answer: { secret: string } | undefined): boolean => {
    if (!answer) return false;
    setSecret(answer.secret);
    again();
    return true;
  };
  const register = async (url: string) => {
    const input = { shopId, url };
    return keep(
      await act(async () => (await send(RegisterWebhook, { input })).registerOrderWebhook),
    );
  };
  const rotate = async (id: string) =>
    keep(
      await act(
        async () => (await send(RotateWebhookSecret, { input: { id } })).rotateOrderWebhookSecret,
      ),
    );
  const change = async (ask: () => Promise<unknown>) => {
    if ((await act(ask)) !== undefined) again();
  };
  const enable = (id: string) =>
    change(async () => (await send(EnableWebhook, { input: { id } })).enableOrderWebhook);
  const remove = (id: string) =>
    change(async () => (await send(RemoveWebhook, { input: { id } })).removeOrderWebhook);
  return (
    <>
      {error && <Failure error={error} again={again} />}
      <ul class="shops">
        {webhooks.map((webhook) => (
          <li key={webhook.id}>
            <span class="sn">{webhook.url}</span> <small>{stateOf(webhook)}</small>{' '}
            {!webhook.active && (
              <button
                type="button"
                class="quiet"
                disabled={busy}
                onClick={() => enable(webhook.id)}
              >
                {t('enableWebhook')}
              </button>
            )}
            <button type="button" class="quiet" disabled={busy} onClick={() => rotate(webhook.id)}>
              {t('newSecret')}
            </button>
            <button type="button" class="quiet" disabled={busy} onClick={() => remove(webhook.id)}>
              {t('removeWebhook')}
            </button>
          </li>
        ))}
      </ul>
      {secret && (
        <Done>
          {t('secretOnce')} <code>{secret}</code>
        </Done>
      )}
      {refused && <Notice>{refused}</Notice>}
      <AddressForm
        label={t('webhookUrl')}
        doLabel={t('registerWebhook')}
        busy={busy}
        add={register}
      />
    </>
  );
}

const stateOf = ({ active, failure, waiting, givenUp }: Webhook): string =>
  [
    active ? '' : t('webhookOff'),
    failure ?? '',
    waiting > 0 ? t('webhookWaiting', { count: waiting }) : '',
    givenUp.length > 0 ? t('webhookGivenUp', { count: givenUp.length }) : '',
  ]
    .filter(Boolean)
    .join('; ');
