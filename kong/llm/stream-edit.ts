// Changing or watching the text of a stream, channel by channel, without knowing its format.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DeltaSlot, Format, TextKind } from './format.ts';
import type { SseEvent } from './sse.ts';
import type { StreamSink, StreamTransform } from './stream.ts';

/**
 * Edits the text of one channel. What `push` holds back it returns from a later call. Both may throw a GatewayError:
 * the stream then ends with it and nothing held back is emitted.
 */
export interface ChannelEditor {
  push(text: string): string;
  /** The channel is complete: the rest of what was held back. Not called when the stream breaks. */
  flush(): string;
}

export interface Channel {
  /** See DeltaSlot. */
  channel: string;
  kind: TextKind;
}

interface OpenChannel extends Channel {
  editor: ChannelEditor;
  /** What came out so far is not what went in: an event's tokens need not be those of its text any more. */
  differs: boolean;
  /** The last event that carried its text: made events take their ids from it. */
  like: SseEvent;
}

/** @param makeChannel called when a channel's first text comes; undefined leaves the channel alone. */
export function editStream(
  format: Format,
  makeChannel: (channel: Channel) => ChannelEditor | undefined,
): StreamTransform {
  return new StreamEditor(format, makeChannel);
}

/** @param onDelta gets each piece of text that is not empty and came for the first time, before it passes. To be read only. */
export function observeStream(
  format: Format,
  onDelta: (slot: Readonly<DeltaSlot>, event: SseEvent) => void,
): StreamTransform {
  return {
    event(event, next) {
      for (const slot of format.stream.deltas(event))
        if (slot.text !== '' && !slot.repeat) onDelta(slot, event);
      next.event(event);
    },
  };
}

/** Text of one event that is edited in one go; of more, others get their turns in between. */
const AT_ONCE = 4_096;

class StreamEditor implements StreamTransform {
  private readonly format: Format;
  private readonly makeChannel: (channel: Channel) => ChannelEditor | undefined;
  /** undefined = left alone. */
  private readonly channels = new Map<string, OpenChannel | undefined>();
  /** What came while a long text is being edited, in order. */
  private waiting: ((next: StreamSink) => void)[] | undefined;

  constructor(format: Format, makeChannel: (channel: Channel) => ChannelEditor | undefined) {
    this.format = format;
    this.makeChannel = makeChannel;
  }

  event(event: SseEvent, next: StreamSink): void {
    if (this.waiting) {
      this.waiting.push((sink) => this.event(event, sink));
      return;
    }
    const slots = this.format.stream.deltas(event);
    if (slots.some(({ text }) => text.length > AT_ONCE)) {
      this.waiting = [];
      void this.slowly(event, slots, next);
      return;
    }
    let emptied = false;
    for (const slot of slots) emptied = this.edit(slot, event) || emptied;
    this.pass(event, slots, emptied, next);
  }

  end(next: StreamSink): void {
    if (this.waiting) {
      this.waiting.push((sink) => this.end(sink));
      return;
    }
    this.close('all', [], next);
    next.end();
  }

  fail(error: Error, next: StreamSink): void {
    if (this.waiting) this.waiting.push((sink) => sink.fail(error));
    else next.fail(error);
  }

  private pass(event: SseEvent, slots: readonly DeltaSlot[], emptied: boolean, next: StreamSink): void {
    const closed = this.format.stream.closes(event);
    if (closed !== undefined) this.close(closed, slots, next);
    else if (emptied && saysNothing(this.format, event, slots)) return;
    next.event(event);
  }

  /** The same as `event` for one with a long text, in turns; then what came meanwhile. */
  private async slowly(event: SseEvent, slots: readonly DeltaSlot[], next: StreamSink): Promise<void> {
    try {
      let emptied = false;
      for (const slot of slots) emptied = (await this.editSlowly(slot, event)) || emptied;
      this.pass(event, slots, emptied, next);
      const waiting = this.waiting!;
      this.waiting = undefined;
      for (const [at, step] of waiting.entries()) {
        step(next);
        // Another long text: the rest waits behind it.
        if (this.waiting === undefined) continue;
        (this.waiting as ((sink: StreamSink) => void)[]).push(...waiting.slice(at + 1));
        return;
      }
    } catch (error) {
      // Thrown outside of the stream's own guard: what was held back must not pass.
      next.fail(error instanceof Error ? error : new Error('stage failed'));
    }
  }

  private async editSlowly(slot: DeltaSlot, event: SseEvent): Promise<boolean> {
    const { text } = slot;
    const open = text === '' ? undefined : this.open(slot, event);
    if (!open) return false;
    let edited = '';
    for (let at = 0; at < text.length; at += AT_ONCE) {
      if (at > 0) await nextTurn();
      edited += open.editor.push(text.slice(at, at + AT_ONCE));
    }
    if (edited !== text) slot.text = edited;
    return edited === '';
  }

  /** True when the slot had text and has none now. */
  private edit(slot: DeltaSlot, event: SseEvent): boolean {
    const { text } = slot;
    const open = text === '' ? undefined : this.open(slot, event);
    if (!open) return false;
    const edited = open.editor.push(text);
    open.differs ||= edited !== text;
    if (edited !== text) slot.text = edited;
    else if (open.differs) slot.forget?.();
    return edited === '';
  }

  private open({ channel, kind }: DeltaSlot, event: SseEvent): OpenChannel | undefined {
    if (!this.channels.has(channel)) {
      const editor = this.makeChannel({ channel, kind });
      this.channels.set(channel, editor && { channel, kind, editor, differs: false, like: event });
    }
    const open = this.channels.get(channel);
    if (open) open.like = event;
    return open;
  }

  /** The rest of a channel follows its last text: in the closing event itself when that has some, else before it. */
  private close(names: readonly string[] | 'all', slots: readonly DeltaSlot[], next: StreamSink): void {
    for (const [channel, open] of this.channels) {
      if (!open || !isClosed(channel, names)) continue;
      this.channels.delete(channel);
      const rest = open.editor.flush();
      if (rest === '') continue;
      const last = slots.findLast((slot) => slot.channel === channel);
      if (last) last.text += rest;
      else next.event(this.format.stream.delta(channel, open.kind, rest, open.like));
    }
  }
}

function isClosed(channel: string, names: readonly string[] | 'all'): boolean {
  return names === 'all' || names.some((name) => channel === name || channel.startsWith(`${name}/`));
}

/** The event holds no more than an event made for its emptied texts alone would: no role, no id of a tool call, no usage. */
function saysNothing(format: Format, event: SseEvent, slots: readonly DeltaSlot[]): boolean {
  if (slots.some(({ text }) => text !== '')) return false;
  const known = new Set<string>();
  for (const { channel, kind } of slots) {
    eachLeaf(format.stream.delta(channel, kind, 'text', event).json, '', (path) => known.add(path));
  }
  let more = false;
  eachLeaf(event.json, '', (path, depth) => {
    // What stands at the top of every event of a stream (ids, fingerprints, padding) says nothing of this one.
    more ||= depth > 1 && !known.has(path);
  });
  return !more;
}

/** Visits what is neither null, empty nor a container; places in an array are not told apart. */
function eachLeaf(
  value: unknown,
  path: string,
  visit: (path: string, depth: number) => void,
  depth = 0,
): void {
  if (value === null || value === undefined || value === '') return;
  if (typeof value !== 'object') {
    visit(path, depth);
    return;
  }
  const isArray = Array.isArray(value);
  for (const [key, child] of Object.entries(value))
    eachLeaf(child, isArray ? `${path}[]` : `${path}.${key}`, visit, depth + 1);
}
