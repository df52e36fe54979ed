// The client's request as the stages see it: bytes, and the JSON body or form that is parsed once, when first asked for.
import type { IncomingHttpHeaders } from 'node:http';
import { Form } from '../llm/form.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../llm/json-depth.ts';
import { GatewayError } from './errors.ts';

interface Received {
  method: string;
  path: string;
  originalPath: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

export class InboundRequest {
  readonly method: string;
  /** The path that Kong sent to the relay: the service's path and the request's without the route's prefix. */
  readonly path: string;
  /** The path that the client asked for. */
  readonly originalPath: string;
  readonly query: URLSearchParams;
  /** As they reached the relay, the plan and identity headers taken out. Not forwarded to providers. */
  readonly headers: IncomingHttpHeaders;
  private bytes: Buffer | undefined;
  private parsed: Record<string, unknown> | undefined;
  private readonly from: Received;
  private form: Form | undefined;

  constructor(from: Received) {
    this.from = from;
    this.method = from.method;
    this.path = from.path;
    this.originalPath = from.originalPath;
    this.query = from.query;
    this.headers = from.headers;
    this.bytes = from.bytes;
  }

  /**
   * The body as an object; of a form, the fields that are no files. Change it in place and call `touch`.
   * @throws GatewayError invalid_json, invalid_request
   */
  get body(): Record<string, unknown> {
    this.parsed ??= this.parse();
    return this.parsed;
  }

  /**
   * Written anew although nobody changed it: what a stage has judged is then what the provider reads. JSON may name a
   * key twice, and which of them counts is up to the reader. For stages that judge what lies deep in the body.
   */
  settle(): void {
    if (!this.form) this.touch();
  }

  /** After a change of `body`. */
  touch(): void {
    this.parsed ??= this.parse();
    this.bytes = undefined;
  }

  /** Nobody has changed the body since it came. */
  get untouched(): boolean {
    return this.bytes !== undefined;
  }

  /** Another one like it, without what stages have changed since. */
  asItCame(): InboundRequest {
    return new InboundRequest(this.from);
  }

  /** The body as bytes: as it came when nobody changed it. */
  toBytes(): Buffer {
    return this.bytes ?? this.write(this.parsed!);
  }

  /** A body of this request's media type with `body` in place of its own. */
  write(body: Record<string, unknown>): Buffer {
    return this.form ? this.form.toBytes(body) : Buffer.from(JSON.stringify(body));
  }

  private parse(): Record<string, unknown> {
    const type = this.headers['content-type'];
    if (this.method === 'GET') return {};
    if (!Form.isForm(type)) return this.parseJson();
    this.form = Form.parse(this.bytes!, type!);
    if (!this.form) throw new GatewayError('invalid_request', { message: 'The form cannot be read.' });
    return this.form.fields;
  }

  private parseJson(): Record<string, unknown> {
    const body = parseObject(this.bytes!);
    // The model that was checked must be the one that is asked for.
    if (mayRepeatKeys(this.bytes!, body)) this.bytes = undefined;
    return body;
  }
}

const ESCAPE = Buffer.from('\\u00');

/** True also of some bodies that name each of their own keys once; never false of one that does not. */
function mayRepeatKeys(bytes: Buffer, body: Record<string, unknown>): boolean {
  // An ASCII letter can be written as an escape: "\u006dodel" is "model".
  if (bytes.includes(ESCAPE)) return true;
  for (const key in body) {
    const quoted = `"${key}"`;
    const first = bytes.indexOf(quoted);
    if (bytes.includes(quoted, first + 1)) return true;
  }
  return false;
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  if (nestsDeeperThan(bytes, MAX_JSON_DEPTH)) {
    throw new GatewayError('invalid_json', { message: 'The request body is nested too deeply.' });
  }
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new GatewayError('invalid_json');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new GatewayError('invalid_json', { message: 'The request body must be a JSON object.' });
  }
  return value as Record<string, unknown>;
}
