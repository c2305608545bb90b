/** The methods of the Bot API that the desk uses, with the checks and words of the real one. */
import type { FloodGate } from './flood-gate.ts';
import { type Entity, parseHtml } from './parse-html.ts';

export type Payload = Readonly<Record<string, unknown>>;

export interface Button {
  readonly text: string;
  readonly callback_data: string;
}

/** One message as a person sees it. Text and buttons are of the newest edit. */
export interface SeenMessage {
  readonly atMs: number;
  readonly chatId: number;
  readonly messageId: number;
  text: string;
  entities: readonly Entity[];
  buttons: readonly (readonly Button[])[];
  readonly isSilent: boolean;
  readonly replyTo: number | undefined;
  readonly photoBytes: number | undefined;
  readonly edits: string[];
}

export interface CallbackAnswer {
  readonly atMs: number;
  readonly callbackId: string;
  readonly text: string;
  readonly isAlert: boolean;
}

/** Everything that was done to the people's phones. */
export interface BotWorld {
  readonly messages: SeenMessage[];
  readonly answers: CallbackAnswer[];
  commands: unknown;
  readonly gate: FloodGate;
  /** Callback ids that may still be answered. */
  readonly openCallbacks: Set<string>;
  nextMessageId: number;
}

export class BotProblem extends Error {
  readonly code: number;
  readonly parameters: Payload | undefined;
  constructor(code: number, description: string, parameters?: Payload) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

const TEXT_MAX = 4_096;
const CAPTION_MAX = 1_024;
const CALLBACK_DATA_MAX = 64;

type Method = (world: BotWorld, payload: Payload, nowMs: number) => unknown;

export const METHODS: Readonly<Record<string, Method>> = {
  getMe: () => ({ id: 4_242, is_bot: true, first_name: 'Nightdesk', username: 'nightdesk_bot' }),
  deleteWebhook: () => true,
  setMyCommands: (world, { commands }) => {
    world.commands = commands;
    return true;
  },
  sendMessage: (world, payload, nowMs) => {
    const { text, entities } = checkedText(payload, 'text');
    return send(world, payload, { text, entities, photoBytes: undefined, nowMs });
  },
  sendPhoto: (world, payload, nowMs) => {
    const { text, entities } = checkedText(payload, 'caption');
    const photo = payload['photo'];
    if (!(photo instanceof Blob)) throw new BotProblem(400, 'Bad Request: there is no photo');
    return send(world, payload, { text, entities, photoBytes: photo.size, nowMs });
  },
  editMessageText: (world, payload, nowMs) => {
    const { text, entities } = checkedText(payload, 'text');
    const message = known(world, payload);
    const buttons = buttonsOf(payload);
    if (message.text === text && JSON.stringify(message.buttons) === JSON.stringify(buttons)) {
      throw new BotProblem(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    }
    pass(world, message.chatId, nowMs);
    message.edits.push(message.text);
    Object.assign(message, { text, entities, buttons });
    return shown(message);
  },
  editMessageReplyMarkup: (world, payload) => {
    const message = known(world, payload);
    message.buttons = buttonsOf(payload);
    return shown(message);
  },
  answerCallbackQuery: (world, payload, nowMs) => {
    const callbackId = String(payload['callback_query_id']);
    if (!world.openCallbacks.delete(callbackId)) {
      throw new BotProblem(
        400,
        'Bad Request: query is too old and response timeout expired or query ID is invalid',
      );
    }
    const text = typeof payload['text'] === 'string' ? payload['text'] : '';
    if (text.length > 200) throw new BotProblem(400, 'Bad Request: MESSAGE_TOO_LONG');
    world.answers.push({ atMs: nowMs, callbackId, text, isAlert: payload['show_alert'] === true });
    return true;
  },
};

function send(
  world: BotWorld,
  payload: Payload,
  content: {
    readonly text: string;
    readonly entities: readonly Entity[];
    readonly photoBytes: number | undefined;
    readonly nowMs: number;
  },
): unknown {
  const { nowMs, ...rest } = content;
  const chatId = Number(payload['chat_id']);
  if (!Number.isSafeInteger(chatId) || chatId === 0) {
    throw new BotProblem(400, 'Bad Request: chat not found');
  }
  const buttons = buttonsOf(payload);
  pass(world, chatId, nowMs);
  const reply = payload['reply_parameters'] as { message_id?: number } | undefined;
  const message: SeenMessage = {
    ...rest,
    atMs: nowMs,
    chatId,
    messageId: world.nextMessageId,
    buttons,
    isSilent: String(payload['disable_notification']) === 'true',
    replyTo: reply?.message_id,
    edits: [],
  };
  world.nextMessageId += 1;
  world.messages.push(message);
  return shown(message);
}

function pass(world: BotWorld, chatId: number, nowMs: number): void {
  const retryAfter = world.gate.ask(chatId, nowMs);
  if (retryAfter > 0) {
    throw new BotProblem(429, `Too Many Requests: retry after ${retryAfter}`, {
      retry_after: retryAfter,
    });
  }
}

function checkedText(payload: Payload, field: 'text' | 'caption') {
  const raw = payload[field] ?? '';
  if (typeof raw !== 'string' || !raw.isWellFormed()) {
    throw new BotProblem(400, 'Bad Request: strings must be encoded in UTF-8');
  }
  // As td does: a form writes line ends as CRLF.
  const clean = raw.replaceAll('\r', '');
  const parsed =
    payload['parse_mode'] === 'HTML' ? parsedHtml(clean) : { text: clean, entities: [] };
  const limit = field === 'text' ? TEXT_MAX : CAPTION_MAX;
  if (field === 'text' && parsed.text.trim() === '') {
    throw new BotProblem(400, 'Bad Request: message text is empty');
  }
  if (parsed.text.length > limit) {
    const what = field === 'text' ? 'message' : 'message caption';
    throw new BotProblem(400, `Bad Request: ${what} is too long`);
  }
  return parsed;
}

function parsedHtml(raw: string) {
  try {
    return parseHtml(raw);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BotProblem(400, `Bad Request: can't parse entities: ${reason}`);
  }
}

function known(world: BotWorld, payload: Payload): SeenMessage {
  const found = world.messages.find(
    ({ messageId, chatId }) =>
      messageId === Number(payload['message_id']) && chatId === Number(payload['chat_id']),
  );
  if (found === undefined) throw new BotProblem(400, 'Bad Request: message to edit not found');
  return found;
}

function buttonsOf(payload: Payload): readonly (readonly Button[])[] {
  const raw = payload['reply_markup'];
  const markup = (typeof raw === 'string' ? JSON.parse(raw) : raw) as
    | { inline_keyboard?: Button[][] }
    | undefined;
  const rows = markup?.inline_keyboard ?? [];
  for (const { callback_data: data, text } of rows.flat()) {
    if (text === '') throw new BotProblem(400, 'Bad Request: Text buttons are unallowed');
    if (Buffer.byteLength(data) > CALLBACK_DATA_MAX) {
      throw new BotProblem(400, 'Bad Request: BUTTON_DATA_INVALID');
    }
  }
  return rows;
}

function shown(message: SeenMessage): Payload {
  return {
    message_id: message.messageId,
    date: Math.floor(message.atMs / 1_000),
    chat: { id: message.chatId, type: message.chatId < 0 ? 'group' : 'private' },
    text: message.text,
  };
}
