// Questions that came before, byte for byte and in the same setting: they are not read again, and an answer that was
// written for one is sent as it was written.
import { hash } from 'node:crypto';
import { ByteLru } from '../../kong/llm/lru.ts';
import type { Identity } from '../../kong/plan/identity.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { SemanticCacheConfig } from './config.ts';
import { type Bypass, commonRequest, type IdentifyConfig, identify, type Question } from './identify.ts';
import type { CachedAnswer, EntryMeta } from './store/entry.ts';

/** An answer as the client of these very bytes gets it. */
export interface Written {
  /** The entry that it was written from, and no later one of the same key. */
  meta: EntryMeta;
  model: CachedAnswer['model'];
  bytes: Buffer;
}

export interface Asked {
  question: Question;
  /** Absent when nothing is remembered of it. */
  known?: Known;
}

export interface Known {
  readonly name: string;
  readonly question: Omit<Question, 'request'>;
  written: Written | undefined;
}

const MIB = 1024 * 1024;
/** Longer requests are read anew each time: they hardly come twice, and would push out many others. */
const MAX_REQUEST_BYTES = 64 * 1024;
const MAX_BYTES = 16 * MIB;
/** Of the memory that answers may take. */
const SHARE = 1 / 8;
/** Strings and objects, beside the texts. */
const OVERHEAD = 800;

export class KnownQuestions {
  private readonly config: IdentifyConfig;
  private readonly vary: readonly string[];
  private readonly known: ByteLru<Known>;
  /** The relay hands out the same object for the same caller for a while. */
  private readonly callers = new WeakMap<Identity, string>();

  constructor(config: IdentifyConfig & Pick<SemanticCacheConfig, 'memory'>) {
    this.config = config;
    this.vary = (config.vary_headers ?? []).map((name) => name.toLowerCase());
    this.known = new ByteLru(Math.min(MAX_BYTES, config.memory.max_bytes * SHARE));
  }

  of(exchange: Exchange): Asked | Bypass {
    const bytes = exchange.format.chat ? exchange.request.toBytes() : undefined;
    if (!bytes || bytes.length > MAX_REQUEST_BYTES) return this.read(exchange);
    const name = this.nameOf(exchange, bytes);
    const known = this.known.get(name);
    if (known) return { question: { request: later(exchange), ...known.question }, known };
    const asked = this.read(exchange);
    if ('bypass' in asked) return asked;
    const { request: _, ...question } = asked.question;
    const made: Known = { name, question, written: undefined };
    this.known.set(name, made, sizeOf(made));
    return { known: made, ...asked };
  }

  /** Sent from now on to whoever asks in these very bytes, as long as the entry is there. */
  keep(known: Known, written: Written): void {
    known.written = written;
    this.known.set(known.name, known, sizeOf(known));
  }

  private read(exchange: Exchange): Asked | Bypass {
    const question = identify(exchange, this.config);
    return 'bypass' in question ? question : { question };
  }

  /** Names all that `identify` looks at, so that the same name is the same question. */
  private nameOf({ identity, request, format, providerConfig }: Exchange, bytes: Buffer): string {
    const { headers, path } = request;
    return JSON.stringify([
      this.callerOf(identity),
      format.name,
      path,
      providerConfig,
      this.vary.map((name) => headers[name] ?? null),
      hash('sha256', bytes, 'base64'),
    ]);
  }

  private callerOf(identity: Identity): string {
    let caller = this.callers.get(identity);
    if (caller === undefined) {
      const { route, service, consumer, credential } = identity;
      const parts = [route?.id, service?.id, consumer?.id, credential];
      caller = JSON.stringify(parts.map((part) => part ?? null));
      this.callers.set(identity, caller);
    }
    return caller;
  }
}

function later(exchange: Exchange): Question['request'] {
  let made: ReturnType<Question['request']> | undefined;
  return () => {
    made ??= commonRequest(exchange)!;
    return made;
  };
}

const sizeOf = ({ question, written }: Known): number =>
  OVERHEAD + question.text.length * 2 + (written ? written.bytes.length : 0);
