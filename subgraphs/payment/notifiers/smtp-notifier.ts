import { createTransport } from 'nodemailer';
import type { Notifier } from './notifier.ts';

export type SmtpOptions = {
  /** Such as `smtp://user:password@mail.example.com:587`. */
  url: string;
  from: string;
  /** A traveller's address: `{user}` stands for who it is. */
  to: string;
};

const timeoutMs = 10_000;

/**
 * Sends messages by mail. The Message-ID is made of the event, so that a message that was sent twice, because a process
 * was killed between sending and noting it, is shown once.
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
    async send({ id, travellerId, subject, text }) {
      const messageId = `<${id.replace(':', '.')}@${hostname}>`;
      await transport.sendMail({
        to: to.replace('{user}', encodeURIComponent(travellerId)),
        subject,
        text,
        messageId,
      });
    },
    stop: async () => transport.close(),
  };
}
