/** What the test server does instead of answering, by script. */
export type BotFault =
  | { readonly kind: 'too-many'; readonly retryAfter: number }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut before anything was done. */
  | { readonly kind: 'reset' }
  /** It was done, and the connection is cut instead of an answer. */
  | { readonly kind: 'lost-answer' }
  /** Never an answer. */
  | { readonly kind: 'hang' };

export interface FaultOrder {
  readonly fault: BotFault;
  /** Only calls of this method; else of any. */
  readonly method?: string;
  readonly chatId?: number;
  readonly times?: number;
}

export interface FaultList {
  add(order: FaultOrder): void;
  /** The fault for this call, used up. */
  take(method: string, chatId: number | undefined): BotFault | undefined;
  clear(): void;
}

export function faultList(): FaultList {
  let orders: (FaultOrder & { left: number })[] = [];
  return {
    add: (order) => void orders.push({ ...order, left: order.times ?? 1 }),
    take: (method, chatId) => {
      const found = orders.find(
        (order) =>
          (order.method ?? method) === method &&
          (order.chatId === undefined || order.chatId === chatId),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      orders = orders.filter(({ left }) => left > 0);
      return found.fault;
    },
    clear: () => {
      orders = [];
    },
  };
}
