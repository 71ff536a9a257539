import { createTransport } from 'nodemailer';
import type { Notifier } from './notifier.ts';

export type SmtpOptions = {
  /** Such as `smtp://user:password@mail.example.com:587`. */
  url: string;
  from: string;
  /** The address of a traveller who told none; `{user}` stands for the user's id. */
  to: string;
};

const timeoutMs = 10_000;

/**
 * Sends emails by SMTP. A process that is killed after sending sends the email again: the
 * Message-ID names the event, so that mail programs show one.
 */
export function smtpNotifier({ url, from, to }: SmtpOptions): Notifier {
  const { hostname } = new URL(url);
  const transport = createTransport(url, {
    from,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  } as object);
  return {
    async send({ id, travellerId, subject, text }, address) {
      const messageId = `<${id.replace(':', '.')}@${hostname}>`;
      await transport.sendMail({
        to: address ?? to.replace('{user}', encodeURIComponent(travellerId)),
        subject,
        text,
        messageId,
      });
    },
    stop: async () => transport.close(),
  };
}
