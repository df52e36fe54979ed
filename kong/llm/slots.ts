// What the formats share to find text in bodies that may not be as documented.
import type { DeltaSlot, Role, TextKind, TextSlot } from './format.ts';
import type { SseEvent } from './sse.ts';

export type Bag = Record<string, unknown>;

export function isObject(value: unknown): value is Bag {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The objects of what should be an array of objects. */
export function objects(value: unknown): Bag[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A slot on `holder[field]`, which is a string now. */
export function textSlot(holder: Bag, field: string, role: Role, kind: TextKind, turn: number): TextSlot {
  return new FieldSlot(holder, field, role, kind, turn);
}

/**
 * A class, as all slots: a literal with a getter has a hidden class of its own each time, which keeps what the getter
 * sees until a major garbage collection (Node 20).
 */
class FieldSlot implements TextSlot {
  readonly role: Role;
  readonly kind: TextKind;
  readonly turn: number;
  private readonly holder: Bag;
  private readonly field: string;

  constructor(holder: Bag, field: string, role: Role, kind: TextKind, turn: number) {
    this.role = role;
    this.kind = kind;
    this.turn = turn;
    this.holder = holder;
    this.field = field;
  }

  get text(): string {
    return this.holder[this.field] as string;
  }

  set text(value: string) {
    this.holder[this.field] = value;
  }
}

/**
 * The string leaves of what is at `holder[field]`, in order: JSON that stays JSON whatever the texts become.
 * @param opaque names of fields that hold no text of anybody: ids, types, signatures
 */
export function leafSlots(
  holder: Bag,
  field: string,
  role: Role,
  kind: TextKind,
  turn: number,
  opaque?: ReadonlySet<string>,
): TextSlot[] {
  const slots: TextSlot[] = [];
  // A stack of its own: a client decides how deep the JSON is.
  const open: [holder: Bag, field: string][] = [[holder, field]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [from, key] = next;
    const value = from[key];
    if (typeof value === 'string') slots.push(textSlot(from, key, role, kind, turn));
    else if (value !== null && typeof value === 'object') {
      for (const inner of Object.keys(value).reverse()) {
        if (!opaque?.has(inner)) open.push([value as Bag, inner]);
      }
    }
  }
  return slots;
}

/** A slot in the data of an event. */
export function deltaSlot(
  event: SseEvent,
  holder: Bag,
  field: string,
  kind: TextKind,
  channel: string,
  repeat = false,
): DeltaSlot {
  return new EventSlot(event, new FieldSlot(holder, field, 'assistant', kind, 0), channel, repeat);
}

/** A slot of a whole body that is inside an event. */
export function slotInEvent(event: SseEvent, slot: TextSlot, channel: string, repeat = false): DeltaSlot {
  return new EventSlot(event, slot, channel, repeat);
}

class EventSlot implements DeltaSlot {
  readonly kind: TextKind;
  readonly channel: string;
  declare readonly repeat?: true;
  private readonly event: SseEvent;
  private readonly slot: TextSlot;

  constructor(event: SseEvent, slot: TextSlot, channel: string, repeat: boolean) {
    this.kind = slot.kind;
    this.channel = channel;
    if (repeat) this.repeat = true;
    this.event = event;
    this.slot = slot;
  }

  get text(): string {
    return this.slot.text;
  }

  set text(value: string) {
    this.slot.text = value;
    this.event.touch();
  }
}

/** The same slots, of texts that the body says elsewhere too. */
export function repeats(slots: readonly TextSlot[]): TextSlot[] {
  return slots.map((slot) => layered(slot, { repeat: { value: true } }));
}

/** The same slot; once its text is another, `forget` takes out what told the old one in another form. */
export function forgetting<S extends TextSlot | DeltaSlot>(slot: S, forget: () => void): S {
  const set = (value: string): void => {
    forget();
    slot.text = value;
  };
  return layered(slot, { text: { get: () => slot.text, set }, forget: { value: forget } });
}

const layered = <S extends object>(slot: S, more: PropertyDescriptorMap): S => Object.create(slot, more) as S;

/** Takes an item out of its list, wherever it is now. */
export function removeFrom(list: unknown[], item: unknown): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

/** Without what is undefined or null. */
export function compact(value: Bag): Bag {
  const out: Bag = {};
  for (const key in value) if (value[key] !== undefined && value[key] !== null) out[key] = value[key];
  return out;
}

/** Of a table in the code, by a name from outside: `constructor` is in none. */
export const entryOf = <V>(table: Readonly<Record<string, V>>, name: unknown): V | undefined =>
  typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;

export const bag = (value: unknown): Bag => (isObject(value) ? value : {});

export const str = (value: unknown): string => (typeof value === 'string' ? value : '');

export const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

export function wrong(param: string, must: string): { message: string; param: string } {
  return { message: `${param} ${must}.`, param };
}
