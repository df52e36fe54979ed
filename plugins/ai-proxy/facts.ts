// What balancing may ask about a request. Each is found out when first asked for, and only then.
import type { Exchange } from '../../kong/relay/exchange.ts';

/** Characters of a token, over the languages that prompts are written in. */
const CHARS_PER_TOKEN = 4;

export class Facts {
  readonly exchange: Exchange;
  /** The model or alias that the client names. */
  readonly requested: string | undefined;
  private tokens: number | undefined;
  private imagesSeen: boolean | undefined;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.requested = exchange.format.request.model(exchange.request.body, exchange.request.path);
  }

  /** An estimate: good enough to tell a long prompt from a short one. */
  get promptTokens(): number {
    if (this.tokens === undefined) {
      const { format, request } = this.exchange;
      let chars = 0;
      for (const { text } of format.request.texts(request.body)) chars += text.length;
      this.tokens = Math.ceil(chars / CHARS_PER_TOKEN);
    }
    return this.tokens;
  }

  get tools(): boolean {
    const { tools } = this.exchange.request.body;
    return Array.isArray(tools) && tools.length > 0;
  }

  get images(): boolean {
    const { format, request } = this.exchange;
    this.imagesSeen ??= format.request.attachments(request.body).some(({ kind }) => kind === 'image');
    return this.imagesSeen;
  }

  header(name: string): string | undefined {
    const value = this.exchange.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Who asks, as far as it can be told: for what must stay the same for one and the same. */
  get caller(): string | undefined {
    const { consumer, credential, ip } = this.exchange.identity;
    return consumer?.id ?? credential ?? ip;
  }

  /** The same for every request of a conversation: its instructions and first user message, which stay. */
  get conversation(): string {
    const { format, request } = this.exchange;
    let key = '';
    for (const { text, role } of format.request.texts(request.body)) {
      key += `${role}\n${text.slice(0, 4_000)}\n`;
      if (role === 'user') break;
    }
    return key;
  }
}
