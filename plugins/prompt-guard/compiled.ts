// A config made ready: rules by the role and direction that they are for, the detector, the semantic rules, the checks.
import type { Role } from '../../kong/llm/format.ts';
import { embeddingsClient } from '../../kong/relay/embeddings.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import { Checks } from './checks/index.ts';
import type { AllowRule, DenyRule, PromptGuardConfig } from './config.ts';
import { Detector } from './detect/detector.ts';
import { SemanticRules } from './rules/semantic.ts';
import { TextRules } from './rules/text-rules.ts';
import type { Injection, TextCheck } from './text-check.ts';

export interface Side {
  allow: TextRules<AllowRule>;
  semanticDeny: SemanticRules<DenyRule> | undefined;
  semanticAllow: SemanticRules<AllowRule> | undefined;
  /** There is an allow rule of any kind. */
  restricted: boolean;
}

export interface Compiled {
  config: PromptGuardConfig;
  prompt: Side & {
    /** By role; roles that nothing looks at are absent. */
    byRole: ReadonlyMap<Role, TextCheck>;
  };
  response: Side & { text: TextCheck };
  checks: Checks;
}

const ROLES: readonly Role[] = ['system', 'developer', 'user', 'assistant', 'tool'];

/** @throws SecretError when a key is a reference that cannot be one */
export function compile(config: PromptGuardConfig, host: StageHost): Compiled {
  const { deny, allow, injection, normalise } = config;
  const detector = detectorOf(config);
  return {
    config,
    prompt: { byRole: promptChecks(config, detector), ...sideOf(config, 'prompt', host) },
    response: {
      text: {
        rules: new TextRules(
          deny.filter(({ target }) => isFor(target, 'response')),
          normalise,
        ),
        injection: isFor(injection.target, 'response') ? detector : undefined,
      },
      ...sideOf(config, 'response', host),
    },
    checks: new Checks(config.checks, host),
  };

  function sideOf(config: PromptGuardConfig, direction: 'prompt' | 'response', host: StageHost): Side {
    const { embeddings, similarity } = config.semantic;
    const allowed = allow.filter(({ target }) => isFor(target, direction));
    const denied = deny.filter(({ target }) => isFor(target, direction));
    const semantic = <R extends AllowRule | DenyRule>(rules: R[]): SemanticRules<R> | undefined =>
      embeddings && rules.some((rule) => rule.semantic !== undefined)
        ? new SemanticRules(rules, embeddingsClient(embeddings, host), similarity)
        : undefined;
    return {
      // An allowed text must be allowed as it stands, not by what may be read into it.
      allow: new TextRules(allowed, false),
      semanticDeny: semantic(denied),
      semanticAllow: semantic(allowed),
      restricted: allowed.length > 0,
    };
  }
}

/** What looks at the texts of a prompt in this process. */
export function promptChecks(config: PromptGuardConfig, detector = detectorOf(config)): Map<Role, TextCheck> {
  const { deny, injection, roles, normalise } = config;
  const byRole = new Map<Role, TextCheck>();
  for (const role of ROLES) {
    const rules = deny.filter((rule) => isFor(rule.target, 'prompt') && (rule.roles ?? roles).includes(role));
    const looks = isFor(injection.target, 'prompt') && (injection.roles ?? roles).includes(role);
    const check = { rules: new TextRules(rules, normalise), injection: looks ? detector : undefined };
    if (check.rules.size > 0 || check.injection || roles.includes(role)) byRole.set(role, check);
  }
  return byRole;
}

function detectorOf({ injection }: PromptGuardConfig): Injection | undefined {
  return injection.enabled ? { ...injection, detector: new Detector(injection.families) } : undefined;
}

function isFor(target: 'prompt' | 'response' | 'both', direction: 'prompt' | 'response'): boolean {
  return target === 'both' || target === direction;
}
