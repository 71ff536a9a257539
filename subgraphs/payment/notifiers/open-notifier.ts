import type { Log } from '../../../runtime/log.ts';
import type { PaymentSettings } from '../settings.ts';
import { logNotifier } from './log-notifier.ts';
import type { Notifier } from './notifier.ts';
import { smtpNotifier } from './smtp-notifier.ts';

/** The notifier that the settings name. */
export const openNotifier = (settings: PaymentSettings, log: Log): Notifier =>
  settings.NOTIFIER === 'smtp'
    ? smtpNotifier({ url: settings.SMTP_URL, from: settings.MAIL_FROM, to: settings.MAIL_TO })
    : logNotifier(log);
