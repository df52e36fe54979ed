// Signs that are not words: fake turns, chat templates' own marks, hidden markup, links that carry data away. Every
// expression has at most one unbounded or long part, and that part's end is certain: linear time.

import { hasAll, hasAny, marksOf } from '../normalise/marks.ts';
import type { Seen } from '../normalise/tokens.ts';

export interface StructureSign {
  id: string;
  /** Whether a text of which this was seen can hold it: most texts are ordinary prose and hold none. */
  needs(seen: Seen, text: string): boolean;
  pattern: RegExp;
  /** A second look at what was found. */
  confirm?(found: string): boolean;
}

/** One of these ASCII marks. */
function any(marks: string): StructureSign['needs'] {
  const wanted = marksOf(marks);
  return ({ gaps }) => hasAny(gaps, wanted);
}

/** All of these ASCII marks. */
function all(marks: string): StructureSign['needs'] {
  const wanted = marksOf(marks);
  return ({ gaps }) => hasAll(gaps, wanted);
}

const AT = any('@');
const STAR = any('*');

/** A place to be filled in, or a parameter that is for the user's own words; a badge has `?branch=main`. */
const CARRIES_DATA =
  /[{[$<]|%7b|[?&](?:d|q|x|p|data|query|secret|info|log|leak|collect|history|content|context|text|msg|message|payload|exfil|chat|conversation|prompt)=/i;

export const STRUCTURE: readonly StructureSign[] = [
  {
    id: 'template_token',
    needs: any('<['),
    pattern:
      /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|begin_of_text|endofprompt|end|channel|message|start)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start_of_turn|end_of_turn)>|<(?:｜|\|)(?:User|Assistant)(?:｜|\|)>/gi,
  },
  {
    id: 'system_turn',
    needs: any(':'),
    pattern:
      /(?:^|\n)[ \t]{0,8}[#*<[({]{0,3}[ \t]?(?:system|sys|admin|administrator|developer|root)(?: (?:message|prompt|note|instructions?|override|update|alert|notice|command))?[ \t]?[\]>)}*]{0,3}[ \t]?:/gi,
  },
  {
    id: 'assistant_turn',
    needs: any(':'),
    pattern: /(?:^|\n)[ \t]{0,4}[#*[]{0,3}(?:assistant|ai|bot|chatgpt|gpt|model)[\]*]{0,3}[ \t]?:/gi,
  },
  {
    id: 'user_turn',
    needs: any(':'),
    pattern: /(?:^|\n)[ \t]{0,4}[#*[]{0,3}(?:user|human|user query|user input|question)[\]*]{0,3}[ \t]?:/gi,
  },
  {
    id: 'role_json',
    needs: all(':'),
    pattern: /["']role["']\s{0,4}:\s{0,4}["'](?:system|developer|assistant)["']/gi,
  },
  {
    id: 'system_tag',
    needs: all('<>'),
    pattern:
      /<\/?(?:system|sys|system_prompt|system_message|admin|administrator|instructions?|important|important_instructions?|information|prompt|user_input|user_query|query|context|document|data|override|secret|assistant|developer|system mode|tool_result|function_results?|task|new_instructions?)>/gi,
  },
  {
    id: 'system_bracket',
    needs: any('[]()<>{}'),
    pattern:
      /[[({<](?:system|admin|developer|sudo|root|override|debug|jailbreak)(?: (?:mode|prompt|note|message|override|instructions?|command|activated|alert|notice|update))?(?: activated| enabled)?[\])}>]/gi,
  },
  {
    id: 'hash_section',
    needs: any('#'),
    pattern:
      /(?:^|\n)#{1,6} {0,2}(?:system|new instructions?|instructions?|response|assistant|end|override|input|task|new task|user|human)\b/gi,
  },
  {
    id: 'fence_line',
    needs: any('-=*~_#<>"`'),
    pattern: /(?:^|\n) {0,4}(?:-{4,}|={4,}|\*{4,}|~{4,}|_{4,}|#{4,}|>{4,}|<{4,}|"{3}|`{3,})/g,
  },
  {
    id: 'end_mark',
    // Whoever claims that something ends here makes it stand out.
    needs: any('-=*#_<["|'),
    pattern:
      /\b(?:end|begin|start)(?: of)?(?: the)? (?:system|prompt|system prompt|context|document|input|text|instructions|email|data|conversation|output|user input|untrusted)\b/gi,
  },
  { id: 'html_comment', needs: all('<!'), pattern: /<!--/g },
  {
    id: 'hidden_markup',
    needs: all('<:'),
    pattern:
      /display\s{0,3}:\s{0,3}none|font-size\s{0,3}:\s{0,3}0|visibility\s{0,3}:\s{0,3}hidden|opacity\s{0,3}:\s{0,3}0\b|color\s{0,3}:\s{0,3}(?:white|#fff)/gi,
  },
  {
    id: 'data_image',
    needs: all('!('),
    pattern: /!\[[^\]\n]{0,80}\]\(\s{0,4}(?:https?:)?\/\/[^)\s]{1,400}/gi,
    confirm: (found) => CARRIES_DATA.test(found.slice(found.indexOf('//'))),
  },
  { id: 'data_link', needs: all(':/'), pattern: /https?:\/\/[^\s)"'<>]{1,200}[?&/=](?:\[|\{|<|\$|%7b)/gi },
  {
    id: 'active_html',
    needs: all('<='),
    pattern:
      /<(?:img|script|iframe|svg|object|embed|link|meta)\b[^>\n]{0,200}(?:onerror|onload|src|http-equiv|href)\s?=/gi,
    confirm: (found) => /onerror|onload|<script|<iframe|http-equiv|\{|\[|\$/i.test(found),
  },
  {
    id: 'address',
    needs: (seen, text) => AT(seen, text) || text.includes('www.') || text.includes('WWW.'),
    pattern: /[a-z0-9._-]@[a-z0-9-]{1,60}\.[a-z]{2,10}|\bwww\.[a-z0-9.-]{3,60}/gi,
  },
  { id: 'shout', needs: ({ capitals }) => capitals >= 12, pattern: /(?:\b[A-Z]{3,}\b[ ,!:*-]{1,3}){4,}/g },
  {
    id: 'star_shout',
    needs: (seen, text) => seen.capitals >= 6 && STAR(seen, text),
    pattern: /\*{2,3} ?[A-Z][A-Z !:'-]{5,60} ?\*{2,3}/g,
  },
  {
    id: 'answer_template',
    needs: any('[{'),
    pattern:
      /\[(?:your|insert|answer|response|unhinged|unfiltered|normal|the)[^\]\n]{3,120}\]|\{(?:your|insert|answer|response|unfiltered)[^}\n]{3,120}\}/gi,
  },
  {
    id: 'split_payload',
    needs: all('='),
    pattern: /\b[a-z] ?= ?["'][^"'\n]{1,60}["'][;,. \n]{1,3}(?:let |and |set |var )?[a-z] ?= ?["']/gi,
  },
  {
    id: 'insert_here',
    needs: any('[{'),
    pattern:
      /\[(?:insert )?(?:prompt|query|question|goal|request|task|redacted|data|secret)(?: here)?\]|\{\{?(?:prompt|query|question|goal|request|data)\}?\}/gi,
  },
  { id: 'emoji_turns', needs: ({ foreign }) => foreign, pattern: /(?:🔒|🔓|😈|👿|😇|🥵|☠|🖕)/gu },
];

/** Gibberish as optimisers of adversarial suffixes make it: words glued by code marks without sense. */
const MARKS = /[\\{}[\]()"'$;:<>|?!=+*/`_.@#%^&~-]{2,}/g;

/** Groups of two or more marks per 100 characters of a line; 0 for code, which has many short lines. */
export function markDensity(text: string): number {
  const lines = text.split('\n', 1000).length;
  if (text.length < 80 || lines * 120 > text.length + 240) return 0;
  return ((text.match(MARKS)?.length ?? 0) * 100) / text.length;
}
