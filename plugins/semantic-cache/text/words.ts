// A question cut into words, numbers and signs, with what their writing tells about them.
import { normaliseText } from '../../../kong/llm/normalise.ts';
import { remembered } from './remembered.ts';

export interface Word {
  /** Lower case, apostrophes straight. */
  form: string;
  /** Written with a capital although no sentence begins with it, in capitals, or with a digit or sign inside. */
  marked: boolean;
  /** Begins with a capital letter. */
  capital: boolean;
  /** Digits, as they are written. */
  numeric: boolean;
  /** A comma or the end of a sentence stands before it. */
  afterPause: boolean;
}

export interface Words {
  words: Word[];
  /** What stands between double quotes, backticks or their like in other languages. */
  quoted: string[];
  /** Program text, markup or tables: its signs and spaces have a meaning that words do not tell. */
  code: boolean;
  asks: boolean;
}

/** Pieces whose inside is kept: addresses, languages like C++, names with dots, numbers, words. */
const PIECE = new RegExp(
  [
    String.raw`https?:\/\/[^\s"'<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+`,
    String.raw`(?<![\p{L}\d])[a-zA-Z]?[cCfFgG](?:\+\+|#)(?![\p{L}\d])|(?<![\p{L}\d])\.[nN][eE][tT]\b`,
    String.raw`(?<![\p{L}\p{N}])[-−](?=\d)|(?<=\d ?)[-−–](?= ?\d)`,
    String.raw`\d+(?:[.,:]\d+)*`,
    String.raw`[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+|\.(?=\p{L})[\p{L}\p{M}\p{N}]+)*['’]?`,
    '[%$€£¥₹°&+*/^=<>#@~±×÷√≠≤≥]',
    String.raw`[.!?;:,…。，、！？；：\n]`,
    String.raw`\p{N}|\p{So}`,
  ].join('|'),
  'gu',
);
const PAUSE = /^[.!?;:,…。，、！？；：\n]$/;
const SENTENCE_END = /^[.!?…。！？\n]$/;
/** Scripts that write without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const UNSPACED_PARTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|ー|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー])[\p{L}\p{M}\p{N}'’.])+/gu;
/** Also arithmetic with parentheses. */
const CODE =
  /```|[{}\\|`]|;[^\S\n]*$|=>|->|==|!=|<\/?[a-zA-Z][^<>]*>|\w\(\w*\)|\([^()]*\d\s*[-+*/^]|[-+*/^]\s*\(|^[^\S\n]*(?:#include|import |def |SELECT )/m;
const QUOTED = /["“”„«»「」『』]([^"“”„«»「」『』]{1,400})["“”»«」』]/gu;

export function readWords(text: string): Words {
  const plain = normaliseText(text).text.normalize('NFC').trim();
  const quoted = [...plain.matchAll(QUOTED)].map(([, inside]) => inside!.trim().toLowerCase());
  const words: Word[] = [];
  let sentenceStart = true;
  let afterPause = false;
  const shouts = isTitle(plain);
  for (const written of plain.match(PIECE) ?? []) {
    const { pause, sentenceEnd, parts } = pieceOf(written);
    if (pause) {
      afterPause = true;
      sentenceStart ||= sentenceEnd;
      continue;
    }
    for (const { form, capital, numeric, long, mixed } of parts) {
      const marked = !numeric && long && ((capital && !sentenceStart && !shouts) || mixed);
      words.push({ form, marked, capital, numeric, afterPause });
      sentenceStart = false;
      afterPause = false;
    }
  }
  return { words, quoted, code: CODE.test(plain), asks: /[?？؟]["'”’)\s]*$/u.test(plain) };
}

const CAPITAL = /^\p{Lu}/u;
const MIXED = /\p{N}|\p{Ll}\p{Lu}|[+#@]|\.\p{L}/u;

/** What a piece is wherever it stands. */
interface Piece {
  pause: boolean;
  sentenceEnd: boolean;
  parts: Part[];
}

interface Part extends Pick<Word, 'form' | 'capital' | 'numeric'> {
  /** More than one letter. */
  long: boolean;
  /** With a digit, sign or capital inside. */
  mixed: boolean;
}

const pieceOf = remembered((piece): Piece => {
  if (PAUSE.test(piece)) return { pause: true, sentenceEnd: SENTENCE_END.test(piece), parts: [] };
  const parts = UNSPACED.test(piece) ? (piece.match(UNSPACED_PARTS) ?? []) : [piece];
  return { pause: false, sentenceEnd: false, parts: parts.map(partOf) };
});

function partOf(piece: string): Part {
  const dotted = /^(?:\p{L}\.)+\p{L}?\.?$/u.test(piece) ? piece.replaceAll('.', '') : piece;
  const surface = dotted.replaceAll('’', "'").replace(/(?<!')'+$/, '');
  return {
    form: caseOfUnit(surface) ?? surface.toLowerCase(),
    capital: CAPITAL.test(surface),
    numeric: /^\d/.test(surface),
    long: surface.length > 1,
    mixed: MIXED.test(surface),
  };
}

/** Units that are others in capitals: Mb and MB, Mbps (and mbps) and MBps, mW and MW. */
function caseOfUnit(surface: string): string | undefined {
  if (/^[KMGTkmgt]Bps$/.test(surface)) return `${surface[0]!.toLowerCase()}byteps`;
  if (/^[KMGT]b$/.test(surface)) return `${surface[0]!.toLowerCase()}bit`;
  return surface === 'mW' ? 'milliwatt' : undefined;
}

/** Every word begins with a capital, or none has anything else: then a capital says nothing. */
function isTitle(text: string): boolean {
  let words = 0;
  for (const [word] of text.matchAll(/\p{L}{4,}/gu)) {
    if (!CAPITAL.test(word)) return false;
    words += 1;
  }
  return words > 2;
}
