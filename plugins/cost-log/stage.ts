// The outermost stage: it sees every request that was declared, refusals included, and writes what became of it.
import { join } from 'node:path';
import { loadPublicPrices } from '../../kong/llm/public-prices.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange, Outcome } from '../../kong/relay/exchange.ts';
import { meterOutput } from '../../kong/relay/meter.ts';
import type { RunningStage, StageHost } from '../../kong/relay/stage.ts';
import type { CostLogConfig } from './config.ts';
import { RecordMetrics } from './metrics/metrics.ts';
import { type OpenRequest, SPOOL_FOLDER } from './node/open.ts';
import { buildRecord, type RecordRules, type Seen } from './record/build.ts';
import { observeAnswer } from './record/observe.ts';
import { type PayloadRules, requestText, responseText } from './record/payload.ts';
import { planSinks } from './sinks/make.ts';
import { type SpoolSettings, SpoolWriter } from './spool/writer.ts';

/** @throws Error when payloads cannot be redacted, or there is no folder to write to */
export function startStage(config: CostLogConfig, host: StageHost): RunningStage {
  const payload = payloadRules(config, host);
  const folder = spoolFolder(config, host);
  const writer = openSpool(folder, config, host);
  const sinks = planSinks(config.sinks).map(({ id }) => id);
  const metrics = config.metrics.enabled
    ? new RecordMetrics(host.metrics, config.metrics.max_label_values)
    : undefined;
  const rules: RecordRules = {
    pluginId: host.pluginId,
    prices: config.prices,
    currency: config.currency,
    tags: config.tags,
  };
  loadPublicPrices();
  const stopAnnouncing = announce(
    { folder, pluginId: host.pluginId, sinks: config.sinks, budgets: config.budgets },
    host,
  );

  const write = (exchange: Exchange, outcome: Outcome, seen: Seen): void => {
    const record = buildRecord(exchange, outcome, seen, rules);
    metrics?.count(record);
    writer.append({ sinks, json: JSON.stringify(record) });
  };

  return {
    async run(exchange, next) {
      if (config.spool.when_full === 'refuse_requests' && writer.full) throw new GatewayError('log_full');
      const seen: Seen = {};
      exchange.onFinish((outcome) => {
        if (payload) seen.payload = payloadOf(exchange, seen, payload);
        write(exchange, outcome, seen);
      });
      await next();
      meterOutput(exchange);
      seen.stream = observeAnswer(exchange, payload?.maxChars ?? 0);
    },
    refused(exchange) {
      exchange.onFinish((outcome) => write(exchange, outcome, {}));
    },
    close() {
      stopAnnouncing();
      return writer.rest();
    },
  };
}

function payloadRules({ log_payloads, max_payload_chars: maxChars }: CostLogConfig, host: StageHost) {
  if (!log_payloads) return;
  const { redactText: redact } = host;
  if (!redact)
    throw new Error('log_payloads needs pii-redact, which takes personal values out, and it is not there');
  return { maxChars, redact } satisfies PayloadRules;
}

function payloadOf(exchange: Exchange, { stream }: Seen, rules: PayloadRules): NonNullable<Seen['payload']> {
  try {
    const response = responseText(exchange, stream?.text, rules);
    return { request: requestText(exchange, rules), ...(response !== undefined && { response }) };
  } catch (err) {
    // The record counts; a text that could not be redacted does not.
    exchange.log.error({ err, requestId: exchange.id }, 'payload left out of the record');
    return {};
  }
}

function spoolFolder({ spool }: CostLogConfig, { dataDir }: StageHost): string {
  const folder = spool.path ?? (dataDir && join(dataDir, SPOOL_FOLDER));
  if (!folder) throw new Error('there is no folder for the spool: set spool.path or KONG_AI_DATA_DIR');
  return folder;
}

/** One writer per folder and process; it outlives the config, whose sizes it takes over. */
function openSpool(folder: string, { spool }: CostLogConfig, host: StageHost): SpoolWriter {
  const settings: SpoolSettings = {
    maxBytes: spool.max_bytes,
    segmentBytes: Math.min(spool.segment_bytes, Math.floor(spool.max_bytes / 4)),
    flushMs: spool.flush_interval,
    whenFull: spool.when_full,
  };
  const { log, metrics } = host;
  const lost = metrics.counter('kong_ai_log_lost_total', 'Records that a sink will never get.', ['reason']);
  const failed = metrics.counter('kong_ai_log_write_failures_total', 'Writes to the spool that failed.');
  let spokenAt = 0;
  const speak = (): boolean => {
    const due = Date.now() - spokenAt > 10_000;
    if (due) spokenAt = Date.now();
    return due;
  };
  try {
    const writer = host.state(
      `spool ${folder}`,
      () =>
        new SpoolWriter(folder, settings, {
          lost(records, reason) {
            lost.inc({ reason }, records);
            if (speak()) log.error({ folder, records, reason }, 'records are lost: the spool takes no more');
          },
          failed(error) {
            failed.inc();
            if (speak()) log.error({ folder, reason: error.message }, 'the spool cannot be written');
          },
        }),
    );
    writer.settings = settings;
    writer.use();
    return writer;
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`the spool cannot be written (spool.path or KONG_AI_DATA_DIR): ${message}`, { cause });
  }
}

const ANNOUNCE_RETRY_MS = 2000;

/** Tells the primary process of the sinks. Until it knows, records gather in the spool. */
function announce(request: OpenRequest, { node, log }: StageHost): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      await node.call('cost-log', 'open', request);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the primary process does not know of the sinks yet');
      if (!stopped) timer = setTimeout(() => void attempt(), ANNOUNCE_RETRY_MS);
    }
  };
  void attempt();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
