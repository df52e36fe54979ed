// GET /models: what a client may name here.
import { modelList } from '../../kong/llm/formats/openai-models/format.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { AiProxyConfig } from './config.ts';
import { anyGlob } from './match.ts';
import type { Target } from './target.ts';
import { isTemplate } from './template.ts';

/** Aliases, the names of targets without one, and what is allowed by name; each once. */
export function modelsAnswer(targets: readonly Target[], { allowed_models }: AiProxyConfig): WholeAnswer {
  const models = new Map<string, { id: string; owner: string }>();
  const add = (id: string, owner: string): void => {
    const allowed = !allowed_models || anyGlob(allowed_models, id);
    if (allowed && !models.has(id)) models.set(id, { id, owner });
  };
  for (const { aliases, config, providerName } of targets) {
    const { name } = config.model;
    for (const alias of aliases) add(alias, providerName);
    if (aliases.size > 0 || isTemplate(name)) continue;
    if (name !== undefined) add(name, providerName);
    else for (const allowed of allowed_models ?? []) if (!allowed.includes('*')) add(allowed, providerName);
  }
  return WholeAnswer.ofJson(200, modelList([...models.values()]));
}
