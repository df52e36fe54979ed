// What people say around a question without changing it: greetings, please and thanks, "can you tell me".

/** Each pattern is matched against the words from the beginning (or the end) on, again and again until none fits. */
interface Frames {
  start: RegExp;
  end: RegExp;
}

const ASKED = '(?=what|whats|who|whom|whose|when|where|why|which|how|if|whether)';
const DOING =
  '(?=explain|give|show|list|write|describe|summarize|summarise|translate|find|provide|suggest|recommend|create|make|generate|convert|calculate|compute|compare|define|name|identify|draft|rewrite|fix|solve|help|compose|design|recite|spell|outline|plan|prove|review|check|correct|count|draw|build|answer|analyze|analyse|simplify|paraphrase|teach|walk|tell)';

const ENGLISH: Frames = {
  start: anyOf([
    'hi( there| all| everyone)?|hello( there)?|hey( there)?|greetings|good (morning|afternoon|evening)',
    'please|kindly|pls|plz|ok|okay|so|well|um|hmm',
    '(a )?quick question|(just )?(curious|wondering)|i am (just )?curious|i have a( quick)? question|question',
    `(can|could|would|will) you( please| kindly| possibly| maybe)* ${DOING}`,
    `(can|could|would|will) (someone|anyone|anybody|somebody)( please)* ${DOING}`,
    '(would|do) you mind (telling me|explaining( to me)?)',
    `i (would|want|need|wish)( like| love)?( for)? you to ${DOING}`,
    `i (would|want|need|wish)( like| love)?( to)? (know|understand|learn|ask|find out)( you)? ${ASKED}`,
    `i (am|was) (just )?wondering ${ASKED}|i (was|am) (just )?wondering if (you|someone) (can|could|would|might) ${DOING}|i wonder ${ASKED}`,
    `(do|does) (you|anyone|anybody|someone|somebody)( happen to)?( please)? know ${ASKED}`,
    `(please )?(tell|let) me( please)? (know )?${ASKED}|(please )?tell me( please)?`,
    `(may|can|could) i (please )?ask( you)? ${ASKED}`,
    `help me( to)? understand ${ASKED}`,
    'actually|basically|thanks|thank you',
  ]),
  end: anyOf([
    'please|pls|plz|kindly|thx|thanks( so much| a lot| a bunch| in advance| again)?|many thanks|thank you( so much| very much| in advance| kindly)?|cheers',
    'if (you can|possible|you could|you do not mind|you would)|i wonder|for me|to me',
  ]),
};

const OTHERS: Frames = {
  start: anyOf([
    // German
    'hallo|hi|guten (tag|morgen|abend)|bitte|entschuldigung',
    '(kannst du|können sie|könntest du|könnten sie|würdest du|würden sie)( mir| uns)?( bitte)? (bitte )?(sagen|erklären|verraten)',
    '(sag|sagen sie|erklär|erkläre|erklären sie)( mir)?( bitte)?|weißt du|wissen sie|ich (möchte|würde gerne|will)( gerne)? wissen|ich frage mich',
    // French
    "bonjour|salut|bonsoir|s'il (te|vous) plaît|s'il (te|vous) plait|svp|stp|excusez-moi",
    '(peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|tu peux|vous pouvez)( me| nous)? (dire|expliquer)|(dis|dites|explique|expliquez)( moi)|sais tu|savez vous',
    '(peux tu|pouvez vous|pourrais tu|pourriez vous)( me| nous)? (dire|expliquer)',
    // Spanish
    'hola|buenos días|buenas tardes|por favor|disculpa|perdón|oye',
    '(puedes|puede|podrías|podría|podrías|me puedes|me puede|me podrías|me podría)( por favor)?( decirme| explicarme| decir| explicar)|dime|dígame|sabes|sabe usted|quisiera saber|me gustaría saber',
    // Italian
    'ciao|buongiorno|salve|per favore|per piacere|scusa|scusi',
    '(puoi|può|potresti|potrebbe|mi puoi|mi può|mi potresti)( per favore)?( dirmi| spiegarmi| dire| spiegare)|dimmi|mi dica|sai|vorrei sapere',
    // Portuguese
    'olá|oi|bom dia|boa tarde|por favor',
    '(você )?(pode|poderia|podes|podia|me pode|me poderia)( por favor)?( me)?( dizer me| dizer| explicar)|me diga|diga me|diz me|sabe|gostaria de saber',
    // Dutch
    'hoi|hallo|goedendag|alsjeblieft|alstublieft',
    '(kun je|kunt u|kan je|kan u|zou je|zou u)( me| mij)?( alsjeblieft| alstublieft)?( kunnen)?( vertellen| zeggen| uitleggen)|weet je|weet u|vertel me|ik (wil|zou) graag( willen)? weten',
    // Russian, Polish
    'привет|здравствуйте|пожалуйста|подскажите|скажите|расскажите( мне)?|не могли бы вы (сказать|подсказать)|cześć|dzień dobry|proszę|czy możesz mi powiedzieć|powiedz mi',
  ]),
  end: anyOf([
    "bitte|danke( schön| im voraus)?|vielen dank|s'il (te|vous) pla[iî]t|svp|stp|merci( beaucoup| d'avance)?",
    'por favor|(muchas )?gracias|per favore|per piacere|grazie( mille)?|obrigad[oa]|muito obrigad[oa]|alsjeblieft|alstublieft|dank (je|u)( wel)?|bedankt|пожалуйста|спасибо( большое)?|proszę|dziękuję',
  ]),
};

/** Chinese, Japanese and Korean, in the text itself: they have no spaces to go by. */
const UNSPACED: readonly RegExp[] = [
  /^(?:你好|您好|嗨|请问一下|请问|請問|请告诉我|請告訴我|告诉我|能告诉我|你能告诉我|你可以告诉我|可以告诉我|麻烦|想问一下|请|請)[，,。!！\s]*/u,
  /[，,。!！\s]*(?:谢谢你?|謝謝你?|感谢|多谢|呢|啊|呀)?[？?。!！\s]*$/u,
  /^(?:こんにちは|すみません|すみませんが|ちょっと)[、，,。!！\s]*/u,
  /(?:を|について)?(?:教えて|説明して)(?:ください|下さい|いただけますか|くれますか|欲しいです|ほしいです)?[。！？!?\s]*$/u,
  /(?:でしょうか|ですか)[。？?\s]*$/u,
  /[、。\s]*(?:お願いします|ありがとうございます|ありがとう)[。！!\s]*$/u,
  /^(?:안녕하세요|저기요|혹시|실례지만)[,.!\s]*/u,
  /[,.\s]*(?:감사합니다|고마워요|부탁드립니다|부탁해요|알려\s?주세요|말해\s?주세요)[.!?\s]*$/u,
];
const HAS_UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.map((pattern) => `(?:${pattern})`).join('|'), 'u');
}

/** The indices `[from, to)` of the words that are left. */
export function withoutFrames(forms: readonly string[], english: boolean): [from: number, to: number] {
  const { start, end } = english ? ENGLISH : OTHERS;
  const [atStart, atEnd] = anchored(start, end);
  let from = 0;
  let to = forms.length;
  for (let again = true; again && to - from > 1; ) {
    again = false;
    const text = forms.slice(from, to).join(' ');
    const head = countWords(atStart.exec(text)?.[0]);
    if (head > 0 && head < to - from) {
      from += head;
      again = true;
      continue;
    }
    const tail = countWords(atEnd.exec(text)?.[0]);
    if (tail > 0 && tail < to - from) {
      to -= tail;
      again = true;
    }
  }
  return [from, to];
}

const made = new Map<RegExp, [RegExp, RegExp]>();

function anchored(start: RegExp, end: RegExp): [RegExp, RegExp] {
  let pair = made.get(start);
  if (!pair) {
    pair = [new RegExp(`^(?:${start.source})(?: |(?<= ))`, 'u'), new RegExp(` (?:${end.source})$`, 'u')];
    made.set(start, pair);
  }
  return pair;
}

const countWords = (text: string | undefined): number =>
  text === undefined ? 0 : text.trim().split(' ').length;

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
