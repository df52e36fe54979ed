// `kong-ai cache-eval FILE`: how precise semantic-cache is on pairs of questions that somebody has judged.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import {
  type Evaluation,
  evaluate,
  type JudgedPair,
  readPairs,
} from '../../plugins/semantic-cache/evaluate.ts';
import { EmbeddingsClient } from '../relay/embeddings.ts';
import { embeddingsConfig } from '../relay/embeddings-config.ts';
import { createLog } from '../relay/log.ts';

interface Options {
  verdicts?: string;
  embedder: string;
  model: string;
  threshold?: string;
}

export function cacheEvalCommand(): Command {
  return new Command('cache-eval')
    .description('measure semantic-cache on judged pairs: precision, recall and false hits by kind')
    .argument('<file>', 'JSON lines: {"a", "b", "duplicate", "kind"}')
    .option('--verdicts <file>', 'write {line, hit, similarity, veto} for each pair')
    .option('--embedder <name>', 'lexical, or the URL of an OpenAI-compatible embeddings endpoint', 'lexical')
    .option('--model <name>', 'the model to ask the endpoint for', 'text-embedding-3-small')
    .option('--threshold <similarity>', 'smallest similarity of a hit, in 0..1')
    .addHelpText('after', '\nAn endpoint’s key is taken from EMBEDDINGS_API_KEY.')
    .action(async (file: string, options: Options) => {
      const pairs = readPairs(readFileSync(file, 'utf8'));
      const client = options.embedder === 'lexical' ? undefined : clientOf(options);
      try {
        const evaluation = await evaluate(pairs, {
          ...(client && { embed: async (text: string) => (await client.embed(text)).vector }),
          ...(options.threshold !== undefined && { threshold: thresholdOf(options.threshold) }),
        });
        if (options.verdicts !== undefined) writeFileSync(options.verdicts, verdictLines(evaluation));
        process.stdout.write(report(evaluation, pairs));
      } finally {
        await client?.close();
      }
    });
}

function clientOf({ embedder, model }: Options): EmbeddingsClient {
  if (!URL.canParse(embedder)) throw new Error('--embedder is lexical or a URL');
  const key = process.env.EMBEDDINGS_API_KEY;
  const auth = key ? { header_value: `Bearer ${key}` } : {};
  return new EmbeddingsClient(embeddingsConfig.parse({ url: embedder, model, auth }), {
    log: createLog('silent'),
  });
}

function thresholdOf(text: string): number {
  const threshold = Number(text);
  if (!(threshold >= 0 && threshold <= 1)) throw new Error('--threshold is a number in 0..1');
  return threshold;
}

function verdictLines({ verdicts }: Evaluation): string {
  return verdicts
    .map(({ hit, similarity, veto }, i) =>
      JSON.stringify({
        line: i + 1,
        hit,
        similarity: Math.round(similarity * 1e4) / 1e4,
        veto: veto?.join(',') ?? null,
      }),
    )
    .concat('')
    .join('\n');
}

function report(evaluation: Evaluation, pairs: readonly JudgedPair[]): string {
  const { duplicates, hits, rightHits, precision, recall, kinds } = evaluation;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const lines = [
    `pairs      ${pairs.length} (${duplicates} duplicates)`,
    `hits       ${hits} (${hits - rightHits} false)`,
    `precision  ${percent(precision)}`,
    `recall     ${percent(recall)}`,
    '',
    'kind                  pairs   hits  false hits',
    ...kinds.map(({ kind, pairs: count, hits: hit, falseHits }) =>
      [
        (kind || '-').padEnd(20),
        String(count).padStart(6),
        String(hit).padStart(6),
        String(falseHits).padStart(11),
      ].join(' '),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
