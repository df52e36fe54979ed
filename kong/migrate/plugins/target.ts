// A model and its sign-in, as ai-proxy has one and ai-proxy-advanced several: one target of ai-proxy-ts.
import { fieldOf, keepKnown } from '../known.ts';
import { defined, isRecord, type Json, type Reader } from '../reader.ts';

const TO = 'ai-proxy-ts';

/** @param where the place of the old record in the config, with a dot at its end, or empty */
export function convertTarget(given: Json, where: string, reader: Reader): Json {
  const model = isRecord(given.model) ? given.model : {};
  const options = isRecord(model.options) ? model.options : {};
  const provider = providerOf(String(model.provider), options, `${where}model`, reader);
  const { cohere: _cohere, huggingface: _hf, llama2_format, mistral_format, ...rest } = options;
  const tidy = ['cohere', 'huggingface', 'llama2_format', 'mistral_format'].some((key) => key in options)
    ? rest
    : options;
  for (const [name, value] of Object.entries({ cohere: _cohere, huggingface: _hf })) {
    if (value !== undefined && value !== null)
      reader.note('lost', `${where}model.options.${name}`, 'the relay sends what the client says');
  }
  const { options: _options, provider: _provider, ...names } = model;
  return defined({
    model: defined({
      provider,
      ...keepKnown(names, fieldOf(TO, 'targets[].model'), reader, `${where}model`),
      options: nonEmpty(
        keepKnown(
          withoutCosts(tidy, where, reader),
          fieldOf(TO, 'targets[].model.options'),
          reader,
          `${where}model.options`,
        ),
      ),
    }),
    auth: nonEmpty(keepKnown(given.auth, fieldOf(TO, 'targets[].auth'), reader, `${where}auth`)),
  });
}

const nonEmpty = (value: Json | undefined): Json | undefined =>
  value && Object.keys(value).length > 0 ? value : undefined;

const COSTS = [
  'cache_read_cost',
  'cache_write_cost',
  'cache_write_cost_list',
  'context_window_factor',
  'service_tier_factor',
];

function withoutCosts(options: Json, where: string, reader: Reader): Json {
  const found = COSTS.filter((name) => options[name] !== undefined && options[name] !== null);
  if (found.length === 0) return options;
  for (const name of found)
    reader.note(
      'todo',
      `${where}model.options.${name}`,
      'list prices are known; own ones are `prices` of cost-log',
    );
  return Object.fromEntries(Object.entries(options).filter(([name]) => !found.includes(name)));
}

/** Names that are others here. A reference to the environment is left as it is. */
function providerOf(name: string, options: Json, where: string, reader: Reader): string {
  const ollama = options.llama2_format === 'ollama' || options.mistral_format === 'ollama';
  if (ollama) return changed('ollama');
  if (name === 'llama2') {
    if (options.llama2_format === 'raw')
      reader.note(
        'todo',
        `${where}.options.llama2_format`,
        'raw prompts are not made; use an OpenAI-compatible server',
      );
    return changed('openai-compatible');
  }
  const gemini = isRecord(options.gemini) ? options.gemini : {};
  if (name === 'gemini' && (gemini.project_id || gemini.location_id)) return changed('vertex');
  return name;

  function changed(to: string): string {
    if (to !== name) reader.note('changed', `${where}.provider`, `${name} is ${to} here`);
    return to;
  }
}
