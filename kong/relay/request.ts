// The client's request as the stages see it: bytes, and the JSON body or form that is parsed once, when first asked for.
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Form } from '../llm/form.ts';
import { keysNamedIn, keysOf, MAX_JSON_DEPTH } from '../llm/json-depth.ts';
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
   * What a stage has judged is from now on what the provider reads: bytes that are no UTF-8, which readers read in
   * different ways, are written anew. (A body that names a key twice always is.) A text of 1 MB that is not written
   * anew spares two milliseconds.
   */
  settle(): void {
    if (!this.form && this.bytes && !isUtf8(this.bytes)) this.touch();
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
    const named = keysNamedIn(this.bytes!, MAX_JSON_DEPTH);
    if (named === undefined)
      throw new GatewayError('invalid_json', { message: 'The request body is nested too deeply.' });
    const body = parseObject(this.bytes!);
    // Of a key that is named twice, readers differ in which counts: what is asked for must be what was checked.
    if (keysOf(body) < named) this.bytes = undefined;
    return body;
  }
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
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
