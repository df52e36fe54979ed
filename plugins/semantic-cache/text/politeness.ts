// What people say around a question without changing it: greetings, please and thanks, "can you tell me".

/** What is matched against the words from the beginning or the end on, again and again until nothing fits. */
interface Frames {
  /** Stand alone: only before a pause, or before the question itself ("hi what is"; not "hello kitty"). */
  greetings: RegExp;
  /** Lead over to what is asked. */
  requests: RegExp;
  /** Only behind a pause: "how do I say thank you" is a question. */
  thanks: RegExp;
  closings: RegExp;
}

const ASK = 'what|whats|who|whom|whose|when|where|why|which|how';
const ASKED = `(?=(?:${ASK}|if|whether) )`;
const DO =
  'explain|give|show|list|write|describe|summarize|summarise|translate|find|provide|suggest|recommend|create|make|generate|convert|calculate|compute|compare|define|name|identify|draft|rewrite|fix|solve|help|compose|design|recite|spell|outline|plan|prove|review|check|correct|count|draw|build|answer|analyze|analyse|simplify|paraphrase|teach|tell';
const DOING = `(?=(?:${DO}) )`;
const OPENERS = new RegExp(
  `^(?:${ASK}|${DO}|is|are|am|was|were|do|does|did|can|could|would|will|should|may|might|please|kindly|i|in|on)$`,
);
const IMPERATIVE = new RegExp(`^(?:${DO}) `);

const ENGLISH: Frames = {
  greetings: anyOf([
    'hi( there| all| everyone)?|hello( there)?|hey( there)?|greetings|good (morning|afternoon|evening)',
    'ok|okay|so|well|um|hmm|thanks|thank you|actually|basically',
    '(a )?quick question|(just )?(curious|wondering)|i am (just )?curious|i have a( quick)? question|question',
  ]),
  requests: anyOf([
    'please|kindly|pls|plz',
    `(can|could|would|will) you( please| kindly| possibly| maybe)* ${DOING}`,
    `(can|could|would|will) (someone|anyone|anybody|somebody)( please)* ${DOING}`,
    `(would|do) you mind (telling me|explaining( to me)?) ${ASKED}`,
    `i (would|want|need|wish)( like| love)?( for)? you to ${DOING}`,
    `i (would|want|need|wish)( like| love)?( to)? (know|understand|learn|ask|find out)( you)? ${ASKED}`,
    `i (am|was) (just )?wondering ${ASKED}|i (was|am) (just )?wondering if (you|someone) (can|could|would|might) ${DOING}|i wonder ${ASKED}`,
    `(do|does) (you|anyone|anybody|someone|somebody)( happen to)?( please)? know ${ASKED}`,
    `(please )?(tell|let) me( please)? (know )?${ASKED}|(please )?tell me( please)?`,
    `(may|can|could) i (please )?ask( you)? ${ASKED}`,
    `help me( to)? understand ${ASKED}|explain( to me)? ${ASKED}`,
  ]),
  thanks: anyOf([
    'thx|thanks( so much| a lot| a bunch| in advance| again)?|many thanks|thank you( so much| very much| in advance| kindly)?|cheers',
    'i wonder',
  ]),
  closings: anyOf(['please|pls|plz|kindly|if (you can|possible|you could|you do not mind|you would)']),
};

const OTHERS: Frames = {
  greetings: anyOf([
    'hallo|hi|guten (tag|morgen|abend)|bitte|entschuldigung|danke',
    "bonjour|salut|bonsoir|s'il (te|vous) pla[iî]t|svp|stp|excusez-moi",
    'hola|buenos días|buenas tardes|por favor|disculpa|perdón|oye',
    'ciao|buongiorno|salve|per favore|per piacere|scusa|scusi',
    'olá|oi|bom dia|boa tarde|por favor',
    'hoi|hallo|goedendag|alsjeblieft|alstublieft',
    'привет|здравствуйте|пожалуйста|подскажите|скажите|cześć|dzień dobry|proszę',
  ]),
  requests: anyOf([
    '(kannst du|können sie|könntest du|könnten sie|würdest du|würden sie)( mir| uns)?( bitte)? (bitte )?(sagen|erklären|verraten)',
    '(sag|sagen sie|erklär|erkläre|erklären sie) mir( bitte)?|weißt du|wissen sie|ich (möchte|würde gerne|will)( gerne)? wissen|ich frage mich',
    '(peux tu|pouvez vous|pourrais tu|pourriez vous|tu peux|vous pouvez)( me| nous)? (dire|expliquer)|(dis|dites|explique|expliquez) moi|sais tu|savez vous',
    '(puedes|puede|podrías|podría|me puedes|me puede|me podrías|me podría)( por favor)? (decirme|explicarme|decir|explicar)|dime|dígame|quisiera saber|me gustaría saber',
    '(puoi|può|potresti|potrebbe|mi puoi|mi può|mi potresti)( per favore)? (dirmi|spiegarmi|dire|spiegare)|dimmi|mi dica|vorrei sapere',
    '(você )?(pode|poderia|podes|podia|me pode|me poderia)( por favor)?( me)? (dizer me|dizer|explicar)|me diga|diga me|diz me|gostaria de saber',
    '(kun je|kunt u|kan je|kan u|zou je|zou u)( me| mij)?( alsjeblieft| alstublieft)?( kunnen)? (vertellen|zeggen|uitleggen)|weet je|weet u|vertel me|ik (wil|zou) graag( willen)? weten',
    'не могли бы вы (сказать|подсказать)|czy możesz mi powiedzieć|powiedz mi',
  ]),
  thanks: anyOf([
    "bitte|danke( schön| im voraus)?|vielen dank|s'il (te|vous) pla[iî]t|svp|stp|merci( beaucoup| d'avance)?",
    'por favor|(muchas )?gracias|per favore|per piacere|grazie( mille)?|obrigad[oa]|muito obrigad[oa]|alsjeblieft|alstublieft|dank (je|u)( wel)?|bedankt|пожалуйста|спасибо( большое)?|proszę|dziękuję',
  ]),
  closings: anyOf(["bitte|s'il (te|vous) pla[iî]t|por favor|per favore|alsjeblieft|alstublieft|пожалуйста"]),
};

/**
 * Chinese, Japanese and Korean, in the text itself: they have no spaces to go by. A run of pauses is tried from its
 * beginning alone: from every place of it, a long one would take quadratic time.
 */
const UNSPACED: readonly RegExp[] = [
  /^(?:你好|您好|嗨|请问一下|请问|請問|请告诉我|請告訴我|告诉我|能告诉我|你能告诉我|你可以告诉我|可以告诉我|麻烦|想问一下|请|請)[，,。!！\s]*/u,
  /(?<![，,。!！？?\s])[，,。!！？?\s]+(?:谢谢你?|謝謝你?|感谢|多谢)[？?。!！\s]*$/u,
  /(?:[呢啊呀]|(?<![？?。!！\s]))[？?。!！\s]*$/u,
  /^(?:こんにちは|すみません|すみませんが|ちょっと)[、，,。!！\s]*/u,
  /(?:を|について)?(?:教えて|説明して)(?:ください|下さい|いただけますか|くれますか|欲しいです|ほしいです)?[。！？!?\s]*$/u,
  /(?:でしょうか|ですか)[。？?\s]*$/u,
  /(?<![、。\s])[、。\s]*(?:お願いします|ありがとうございます|ありがとう)[。！!\s]*$/u,
  /^(?:안녕하세요|저기요|혹시|실례지만)[,.!\s]*/u,
  /(?<![,.\s])[,.\s]*(?:감사합니다|고마워요|부탁드립니다|부탁해요|알려\s?주세요|말해\s?주세요)[.!?\s]*$/u,
];
const HAS_UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.map((pattern) => `(?:${pattern})`).join('|'), 'u');
}

/** The indices `[from, to)` of the words that are left. @param pauses whether a pause stands before the word */
export function withoutFrames(
  forms: readonly string[],
  pauses: readonly boolean[],
  english: boolean,
): [from: number, to: number] {
  const { greetings, requests, thanks, closings } = english ? ENGLISH : OTHERS;
  let from = 0;
  let to = forms.length;
  for (let again = true; again && to - from > 1; ) {
    const text = forms.slice(from, to).join(' ');
    const greeting = wordsOf(atStart(greetings).exec(text));
    const asks = pauses[from + greeting] || (english && OPENERS.test(forms[from + greeting] ?? ''));
    const head = greeting > 0 && asks ? greeting : wordsOf(atStart(requests).exec(text));
    const tail = head > 0 ? 0 : tailOf(text, pauses, to, { thanks, closings });
    again = (head > 0 || tail > 0) && head + tail < to - from;
    if (!again) break;
    from += head;
    to -= tail;
  }
  return [from, to];
}

function tailOf(
  text: string,
  pauses: readonly boolean[],
  to: number,
  { thanks, closings }: Pick<Frames, 'thanks' | 'closings'>,
): number {
  const thanked = wordsOf(atEnd(thanks).exec(text));
  if (thanked > 0 && pauses[to - thanked]) return thanked;
  const closed = wordsOf(atEnd(closings).exec(text));
  if (closed > 0) return closed;
  return IMPERATIVE.test(text) && /\b(?:for|to) me$/.test(text) ? 2 : 0;
}

const anchored = new Map<RegExp, RegExp>();

function atStart(frames: RegExp): RegExp {
  return cached(frames, () => new RegExp(`^(?:${frames.source})(?: |(?<= ))`, 'u'));
}

function atEnd(frames: RegExp): RegExp {
  return cached(frames, () => new RegExp(` (?:${frames.source})$`, 'u'));
}

/** A list is used at one end only. */
function cached(frames: RegExp, make: () => RegExp): RegExp {
  const made = anchored.get(frames) ?? make();
  anchored.set(frames, made);
  return made;
}

const wordsOf = (match: RegExpExecArray | null): number =>
  match === null ? 0 : match[0].trim().split(' ').filter(Boolean).length;

export function withoutUnspacedFrames(text: string): string {
  if (!HAS_UNSPACED.test(text)) return text;
  let left = text.trim();
  for (let round = 0; round < 3; round += 1) {
    const before = left;
    for (const frame of UNSPACED) {
      const stripped = left.replace(frame, '').trim();
      if (stripped.length > 1) left = stripped;
    }
    if (left === before) break;
  }
  return left;
}
