// Images, audio and files inside requests: data URLs and media types.
import { entryOf } from '../slots.ts';

/** Undefined for another kind of URL. The data may be megabytes: it is cut, not matched. */
export function dataUrl(url: string): { type: string; data: string } | undefined {
  const head = /^data:([^;,]+)(?:;[^;,]+)*;base64,/.exec(url.slice(0, 200));
  return head ? { type: head[1]!, data: url.slice(head[0].length) } : undefined;
}

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

/** By the ending of the URL's path. */
export function mediaTypeOf(url: string): string | undefined {
  const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1];
  return entryOf(TYPES, ending?.toLowerCase());
}

/** Of OpenAI's `input_audio.format`. */
export const audioType = (format: string): string => (format === 'mp3' ? 'audio/mpeg' : `audio/${format}`);
