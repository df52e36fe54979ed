// What happens to one exchange: its request is redacted, its answer too where that is wanted, and what was replaced is
// put back.
import type { AttachmentSlot } from '../../kong/llm/format.ts';
import { type ChannelEditor, editStream } from '../../kong/llm/stream-edit.ts';
import type { Cancellation } from '../../kong/relay/cancellation.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { PiiNote } from '../../kong/relay/notes.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import { contentsOf, placeholdersIn, Vault } from './act/vault.ts';
import { argumentsRedactor, ownOf, textRedactor } from './answer-redactor.ts';
import type { PiiRedactConfig } from './config.ts';
import { allowList, detectorOf } from './detect/from-config.ts';
import { makeMetrics, type PiiMetrics } from './metrics.ts';
import { nerClient } from './ner.ts';
import { Pace, paced, type Work } from './pace.ts';
import { customRecognisers } from './recognisers/custom.ts';
import {
  addCounts,
  type Counts,
  countsText,
  type Eyes,
  look,
  refuseBlocked,
  replaceAll,
} from './redactor.ts';
import { type Restorer, restorerFor } from './restore/restorer.ts';
import { makeSettings, type Settings } from './settings.ts';

const HEADER = 'x-ai-pii-redacted';

interface Run {
  exchange: Exchange;
  note: PiiNote;
  vault: Vault;
}

/** Synthetic values must not be in the request already. */
function* vaultFor(settings: Settings, texts: readonly string[]): Work<Vault> {
  const taken = yield* placeholdersIn(texts);
  return new Vault(settings, taken, settings.synthesises ? yield* contentsOf(texts) : undefined);
}

export class PiiStage {
  private readonly config: PiiRedactConfig;
  private readonly eyes: Eyes;
  private readonly metrics: PiiMetrics;
  private readonly refresh: () => Promise<unknown>;

  /** @throws Error that names the field of the config */
  constructor(config: PiiRedactConfig, { log, metrics }: Pick<StageHost, 'log' | 'metrics'>) {
    this.config = config;
    this.metrics = makeMetrics(metrics);
    const settings = makeSettings(config);
    const failed = (reason: string): void => {
      this.metrics.nerFailures.inc();
      log.warn({ reason }, 'NER service failed; going on without it');
    };
    const custom = customRecognisers(config);
    const unreadable = (field: string, code: string): void =>
      log.warn({ field, code }, 'dictionary cannot be read any more; its last values stay');
    this.refresh = () => Promise.all(custom.dictionaries.map((one) => one.refresh(unreadable)));
    this.eyes = {
      settings,
      detector: detectorOf(config, settings, custom),
      allowed: allowList(config),
      ner: config.ner && nerClient(config.ner, failed),
    };
  }

  async run(exchange: Exchange, next: () => Promise<void>): Promise<void> {
    const note: PiiNote = { request: {}, response: {}, blocked: false };
    exchange.notes.pii = note;
    this.attachments(exchange);
    await this.refresh();
    const vault = await this.request(exchange, note);
    await next();
    await this.answer({ exchange, note, vault });
  }

  private attachments({ format, request }: Exchange): void {
    const { attachments: policy, dry_run: dryRun } = this.config;
    if (policy === 'pass' || dryRun || this.config.direction === 'response') return;
    const slots: AttachmentSlot[] = format.request.attachments(request.body);
    if (slots.length === 0) return;
    if (policy === 'block') throw new GatewayError('pii_attachment_blocked');
    for (const slot of slots) slot.remove();
    request.touch();
  }

  private async request(exchange: Exchange, note: PiiNote): Promise<Vault> {
    const { settings } = this.eyes;
    if (this.config.direction === 'response') return new Vault(settings);
    const { format, request, cancellation } = exchange;
    const slots = format.request.texts(request.body);
    const pace = new Pace();
    const looked = await look(this.eyes, slots, cancellation, pace);
    note.request = looked.counts;
    this.report(exchange, looked.counts);
    this.metrics.found(looked.counts, 'request', settings);
    if (this.config.dry_run) return new Vault(settings);
    this.block(note, () => refuseBlocked(looked.counts, settings, 'pii_blocked'));
    const texts = slots.map(({ text }) => text);
    const vault = await paced(vaultFor(settings, texts), pace);
    if (await paced(replaceAll(looked, vault, this.config.restore), pace)) request.touch();
    // What was looked at is what the provider must read.
    else request.settle();
    return vault;
  }

  private block(note: PiiNote, refuse: () => void): void {
    try {
      refuse();
    } catch (error) {
      note.blocked = true;
      this.metrics.blocked.inc();
      throw error;
    }
  }

  private async answer(run: Run): Promise<void> {
    const { answer } = run.exchange;
    const pace = new Pace();
    const restorer = await paced(restorerFor(this.config.restore ? run.vault.restorable : []), pace);
    const redacts = this.config.direction !== 'request';
    if (!answer || answer.kind === 'bytes' || (restorer.idle && !redacts)) return;
    if (answer.kind === 'stream') {
      answer.stream.use(
        editStream(run.exchange.format, ({ kind }) =>
          this.channel(run, restorer, redacts, kind === 'tool_arguments'),
        ),
      );
      return;
    }
    const { format, cancellation } = run.exchange;
    const slots = format.answer.texts(answer.body);
    let changed = redacts && (await this.redactAnswer(run, slots, cancellation, pace));
    for (const slot of slots) {
      const restored = await paced(restorer.whole(slot.text, slot.kind === 'tool_arguments'), pace);
      if (restored === slot.text) continue;
      slot.text = restored;
      changed = true;
    }
    if (changed) answer.touch();
  }

  private async redactAnswer(
    { exchange, note, vault }: Run,
    slots: Parameters<typeof look>[1],
    cancellation: Cancellation,
    pace: Pace,
  ): Promise<boolean> {
    const looked = await look(this.eyes, slots, cancellation, pace);
    const counts: Counts = {};
    const copied: Counts = {};
    for (const { slot, pieces } of looked.slots) {
      addCounts(slot.repeat ? copied : counts, await paced(ownOf(pieces, vault), pace));
    }
    // What is said twice counts once; what only a copy says counts too.
    for (const [type, count] of Object.entries(copied)) counts[type as keyof Counts] ??= count;
    note.response = counts;
    this.report(exchange, counts);
    this.metrics.found(counts, 'response', this.eyes.settings);
    if (this.config.dry_run) return false;
    this.block(note, () => refuseBlocked(counts, this.eyes.settings, 'pii_answer_blocked'));
    return await paced(replaceAll(looked, vault, false), pace);
  }

  private channel(
    { note, vault }: Run,
    restorer: Restorer,
    redacts: boolean,
    json: boolean,
  ): ChannelEditor | undefined {
    const restoring = restorer.idle ? undefined : restorer.channel(json);
    if (!redacts) return restoring;
    const count = (counts: Counts): void => {
      addCounts(note.response, counts);
      this.metrics.found(counts, 'response', this.eyes.settings);
    };
    const { detector, settings } = this.eyes;
    const eyes = { detector, settings, vault, count, dryRun: this.config.dry_run };
    const redacting = json ? argumentsRedactor(eyes) : textRedactor(eyes);
    const guarded = (step: () => string): string => {
      let text = '';
      this.block(note, () => {
        text = step();
      });
      return text;
    };
    return {
      push: (text) => {
        const redacted = guarded(() => redacting.push(text));
        return restoring ? restoring.push(redacted) : redacted;
      },
      flush: () => {
        const redacted = guarded(() => redacting.flush());
        return restoring ? restoring.push(redacted) + restoring.flush() : redacted;
      },
    };
  }

  /** Counts of the request, and of a whole answer; a stream's headers have gone before its text. */
  private report({ responseHeaders, notes }: Exchange, counts: Counts): void {
    if (!this.config.report_header || Object.keys(counts).length === 0) return;
    const all: Counts = { ...notes.pii?.request };
    addCounts(all, notes.pii?.response ?? {});
    responseHeaders[HEADER] = countsText(all);
  }
}
