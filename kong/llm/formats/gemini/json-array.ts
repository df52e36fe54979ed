// streamGenerateContent without `alt=sse`: one JSON array whose items arrive one by one.
// https://cloud.google.com/apis/docs/system-parameters (alt)
import type { StreamForm } from '../../format.ts';
import type { SseEvent } from '../../sse.ts';

export class JsonArray implements StreamForm {
  readonly contentType = 'application/json; charset=utf-8';
  /** White space is nothing wherever it stands in JSON. */
  readonly heartbeat = '\n';
  private begun = false;

  event(event: SseEvent): string {
    const before = this.begun ? ',\r\n' : '[';
    this.begun = true;
    return before + event.data;
  }

  end(): string {
    return this.begun ? ']' : '[]';
  }
}

/** As Google's front end reads it: anything but `sse` is JSON. */
export const jsonArrayUnlessSse = (query: URLSearchParams): StreamForm | undefined =>
  (query.get('alt') ?? query.get('$alt')) === 'sse' ? undefined : new JsonArray();
