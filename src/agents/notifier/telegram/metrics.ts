import type { Metrics } from '#platform/metrics/metrics.ts';

export type SendOutcome = 'sent' | 'edited' | 'busy' | 'unreachable' | 'refused';
export type UpdateOutcome =
  | 'command'
  | 'button'
  | 'refused'
  | 'unknown'
  | 'stranger'
  | 'repeated'
  | 'ignored'
  | 'failed';

export type TelegramMetrics = ReturnType<typeof telegramMetrics>;

export function telegramMetrics(metrics: Metrics) {
  const messages = metrics.counter({
    name: 'telegram_messages_total',
    help: 'Calls that put or change a message in a chat, by outcome; all but sent and edited are tried again or dropped.',
    labels: ['outcome'],
  });
  const updates = metrics.counter({
    name: 'telegram_updates_total',
    help: 'What people did in the chat, by what became of it; a stranger gets no answer.',
    labels: ['outcome'],
  });
  const connected = metrics.gauge({
    name: 'telegram_connected',
    help: '1 while Telegram answers the question for news.',
  });
  const lag = metrics.gauge({
    name: 'telegram_contact_timestamp_seconds',
    help: 'When Telegram answered last.',
  });
  const confirmations = metrics.gauge({
    name: 'telegram_confirmations_waiting',
    help: 'Commands that wait for their confirmation.',
  });
  return {
    message: (outcome: SendOutcome) => messages.inc({ outcome }),
    update: (outcome: UpdateOutcome) => updates.inc({ outcome }),
    connected: (isConnected: boolean) => connected.set(isConnected ? 1 : 0),
    contact: (atMs: number) => lag.set(atMs / 1_000),
    confirmations: (waiting: number) => confirmations.set(waiting),
  };
}
