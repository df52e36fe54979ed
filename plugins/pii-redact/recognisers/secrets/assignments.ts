// Passwords and other secrets by the name that they are given: `password = "…"`, `API_TOKEN: …`, `Authorization: Bearer
// …`, "the password is …". The name says that it is one; the value must look like one.
import { kindsOf, LETTER, MARK, NUMBER } from '../../detect/chars.ts';
import { neededBy } from '../../detect/needed.ts';
import type { Scan } from '../../detect/scan.ts';
import type { Recogniser, Report } from '../../detect/types.ts';
import { entropy, isWordy, looksRandom } from './entropy.ts';
import { nextParameter } from './query.ts';

const MAX_NAME = 80;
const MAX_VALUE = 512;

export const assignments: Recogniser = (scan, report) => {
  const { text } = scan;
  for (const at of scan.marks) {
    const code = text.charCodeAt(at);
    const sign = code < SIGNS.length ? SIGNS[code] : undefined;
    if (sign === undefined || (sign !== 'assign' && !introduces(text, at, sign))) continue;
    const name = nameBefore(text, at);
    if (name.length < 2 || !ENDINGS.has(ending(name)) || (sign === 'call' && !SETTER.test(name))) continue;
    const kind = kindOf(name);
    if (!kind) continue;
    // Lists of names have pairs like these too.
    if (sign === 'pair' && name.includes('.')) continue;
    const value = sign === 'element' ? elementBehind(text, at) : valueBehind(text, at);
    if (sign === 'pair' && !/\d/.test(value?.text ?? '')) continue;
    if (sign === 'element' || sign === 'assign' || value?.quoted) weighValue(scan, value, kind, report);
  }
  attributes(scan, report);
  spoken(scan, report);
  authorization(scan, report);
  commandLine(scan, report);
  settings(scan, report);
};

type Sign = 'assign' | 'pair' | 'call' | 'element';

/** What may stand between a name and its value: `=`, `:`; `"name", "value"`; `setName("value")`; `<name>value</name>`. */
const SIGNS: readonly (Sign | undefined)[] = Array.from(
  { length: 63 },
  (_, code) =>
    ({ ':': 'assign', '=': 'assign', ',': 'pair', '(': 'call', '>': 'element' })[String.fromCharCode(code)] as
      | Sign
      | undefined,
);
const SETTER = /(?:^|[._])(?:set|with|use)_?[A-Za-z]|\.[a-z]{1,12}$/i;

function introduces(text: string, at: number, sign: Sign): boolean {
  const before = text[at - 1] ?? ' ';
  if (sign === 'pair') return before === '"' || before === "'";
  if (sign === 'call') return /\w/.test(before);
  let start = at;
  while (start > 0 && at - start < MAX_NAME && /[\w.:-]/.test(text[start - 1]!)) start--;
  return start < at && text[start - 1] === '<';
}

function elementBehind(text: string, at: number): Value | undefined {
  const end = text.indexOf('<', at);
  if (end < 0 || end - at > MAX_VALUE || text[end + 1] !== '/') return undefined;
  return { start: at + 1, end, quoted: true, text: text.slice(at + 1, end) };
}

/** `<add key="ApiKey" value="…"/>`, `name: DB_PASSWORD, value: …`. */
const ATTRIBUTES =
  /(?:name|key)["']?[=:] ?["']?([\w.:-]{2,64})["']?[\s,]{1,12}["']?value["']?[=:] ?["']?([^"'\s<>]{4,256})/gi;

const ATTRIBUTE_NEEDS = neededBy('value=', 'value:', 'value"');

function attributes(scan: Scan, report: Report): void {
  if (!scan.mayHave(ATTRIBUTE_NEEDS)) return;
  for (const match of scan.matches(ATTRIBUTES)) {
    const kind = kindOf(match[1]!);
    const end = match.index + match[0].length;
    const text = match[2]!;
    if (kind) weighValue(scan, { start: end - text.length, end, quoted: true, text }, kind, report);
  }
}

type Kind = 'password' | 'secret' | 'pin' | 'key';

/** A space of any kind but a line's end, quotes (of JSON within a string: `\"`), brackets, the rest of an operator. */
const BETWEEN = new Set([...' \t\r\v\f\u00a0"\'`\\]:?+'].map((char) => char.charCodeAt(0)));
/** Digits and separators, which may end a name. */
const AFTER_NAME = new Set([...'0123456789 _.-'].map((char) => char.charCodeAt(0)));
/** Letters, marks, numbers, `_`, `.`, `-`. */
const isNameCode = (code: number): boolean =>
  (kindsOf(code) & (LETTER | MARK | NUMBER)) !== 0 || code === 95 || code === 46 || code === 45;

/** The name before `=`, `:`, `:=`, `=>`: quotes, brackets, spaces and a type annotation may stand between. */
function nameBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < 6 && BETWEEN.has(text.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > 0 && end - start < MAX_NAME && isNameCode(text.charCodeAt(start - 1))) start--;
  // "Wi-Fi password", "API key": two words more may be the name, where no sentence is.
  let from = start;
  for (let words = 0; words < 2 && text[from - 1] === ' '; words++) {
    let more = from - 1;
    while (more > 0 && from - more < 24 && /[\p{L}\p{N}_-]/u.test(text[more - 1]!)) more--;
    if (more === from - 1) break;
    from = more;
  }
  return text.slice(from, end);
}

/** Endings of names, as parts of expressions. */
const PASSWORD_NAMES =
  'pass|passwd|password|passwords|passphrase|passcode|pwd|pw|passw|pswd|psw|kennwort|passwort|' +
  'contrasena|contraseña|clave|senha|wachtwoord|haslo|hasło|losenord|lösenord|salasana|parola|parole|' +
  'heslo|sifre|şifre|пароль|密码|密碼|パスワード|비밀번호|mdp|mot de passe|palavra-passe|mot_de_passe';
const SECRET_NAMES =
  'secret|secrets|token|apikey|api key|api[_-]key|apitoken|accesskey|access key|access[_-]key|' +
  'access[_-]key[_-]id|secret[ _-]?key|secret[ _-]?key[_-]base|private[ _-]?key|encryption[ _-]?key|' +
  'signing[ _-]?key|auth[ _-]?key|authkey|account[ _-]?key|master[ _-]?key|session[ _-]?key|' +
  'shared[ _-]?key|storage[ _-]?key|service[ _-]?key|license[ _-]?key|app[ _-]?key|consumer[ _-]?key|' +
  'client[ _-]?key|deploy[ _-]?key|subscription[ _-]?key|integration[ _-]?key|webhook[ _-]?key|' +
  'hmac[ _-]?key|jwt[ _-]?key|credential|credentials|creds|bearer|authtoken|x-api-key|salt|hmac|sig|' +
  'signature|webhook[ _-]?secret|sas|connection[ _-]?string|connectionstring|auth';
const PIN_NAMES =
  'pin|pin code|otp|cvv|cvc|cvv2|security code|passcode|verification code|one-time code|mfa code|' +
  '2fa code|access code';
const named = (names: string, more = ''): RegExp => new RegExp(`(?:^|[ _.-])(?:${names})${more}$`, 'iu');
const PASSWORD = named(PASSWORD_NAMES, '(?:[ _.-]?\\d{1,2})?');
const SECRET = named(SECRET_NAMES);
const PIN = named(PIN_NAMES);
/** A service's own name with a plain `key` or `id` behind it: `datadog_app_key`, `MAILGUN_KEY`. */
const SERVICES =
  /(?:^|[ _.-])(?:aws|amazon|azure|gcp|google|github|gitlab|bitbucket|slack|stripe|twilio|sendgrid|mailgun|mailchimp|datadog|newrelic|sentry|heroku|cloudflare|fastly|netlify|vercel|openai|anthropic|cohere|mistral|huggingface|algolia|airtable|asana|atlassian|jira|confluence|okta|auth0|firebase|supabase|dropbox|discord|telegram|facebook|twitter|linkedin|shopify|square|paypal|plaid|adyen|coinbase|binance|kraken|kucoin|snyk|sonar|circleci|travis|jenkins|codecov|npm|pypi|docker|artifactory|jfrog|databricks|snowflake|mongo|redis|pagerduty|opsgenie|zendesk|intercom|hubspot|salesforce|mapbox|launchdarkly|segment|amplitude|mixpanel|contentful|looker|messagebird|vonage|nexmo|rapidapi|finnhub|etsy|flickr|nytimes|yandex|alibaba|tencent|digitalocean|linode|rollbar|bugsnag|gitter|mattermost|beamer|lob|typeform|dynatrace|grafana|splunk|elastic|kibana|pubnub|pusher|ably|adafruit|adobe|bittrex|cisco|meraki|codecov|confluent|coveo|finicity|freshbooks|freemius|gocardless|looker|nuget|okta|planetscale|plaid|privateai|sendbird|sendinblue|brevo|shippo|sidekiq|contribsys|squarespace|sumo|sumologic|tavily|trello|twitch|webflow|xero|yelp|weatherapi|openweather|newsapi|ipstack|deepgram|assemblyai|elevenlabs|pinecone|weaviate|qdrant|langchain|langsmith|deepseek|groq|perplexity|fireworks|minio|wasabi|backblaze|cloudinary|imgix|scaleway|hetzner|vultr|ovh|upcloud|equinix|netlify|railway|workos|stytch|postmark|mandrill|sparkpost|klaviyo|braze|customerio|onesignal|iterable|chargebee|recurly|lemonsqueezy|razorpay|mollie|klarna|brex|revolut)(?:[ _.-]?[a-z]{0,12}){0,2}[ _.-](?:key|id|pass|auth|hash)$/iu;
/** The last two letters of such names: most names have others. */
const ENDINGS: ReadonlySet<string> = new Set(
  [PASSWORD_NAMES, SECRET_NAMES, PIN_NAMES, 'key|id|pass|auth|hash'].flatMap((names) =>
    names.split('|').map(ending),
  ),
);

function ending(name: string): string {
  let end = name.length;
  while (end > 0 && AFTER_NAME.has(name.charCodeAt(end - 1))) end--;
  return name.slice(Math.max(0, end - 2), end).toLowerCase();
}

/** Names that only contain such a word. */
const NOT_SECRET =
  /(?:max|min|num|total|prompt|completion|input|output|cached|reasoning|total|next|stop|eos|bos|pad|unk|special|page|continuation|pagination|sync|csrf[ _-]?name|count|length|len|limit|type|name|field|label|hint|file|path|url|uri|policy|expiry|expires|ttl|algorithm|format|column|primary|foreign|public|partition|sort|cache|index|object|lookup|map|dict|unique|composite|hot|arrow|shortcut|group|s3|bucket)[ _.-]?(?:token|tokens|key|keys|secret|auth|pass|id)?$/i;

/** A key of something: only a value that chance has drawn makes it a secret. */
const SOME_KEY = /^[A-Za-z][\w.-]{1,40}[_.-]key$/i;
const OTHER_KEY =
  /(?:idempotency|dedup\w{0,12}|routing|row|i18n|translation|site|measurement|document|item|record|node|image|video|asset|media|locale|message|query|react|state|store|hash|digest|etag|block|tx|job|task|event|topic|room|channel|folder|attachment|upload|download|blob|content|build|lock|restore|commit|component|issue|project|ticket)[_.-]?key$/i;

/** Words of the name, as written in code: `dbPassword`, `DB_PASSWORD`, `db.password`. */
function kindOf(name: string): Kind | undefined {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2');
  if (PASSWORD.test(words)) return 'password';
  if (PIN.test(words)) return 'pin';
  if (NOT_SECRET.test(words.replace(/^.* /, ''))) return undefined;
  if (SECRET.test(words) || SERVICES.test(words)) return 'secret';
  return SOME_KEY.test(words) && !OTHER_KEY.test(words) ? 'key' : undefined;
}

interface Value {
  start: number;
  end: number;
  quoted: boolean;
  /** Of a query string or a form, with others behind it. */
  parameter?: boolean;
  text: string;
}

function valueBehind(text: string, at: number): Value | undefined {
  let start = at + 1;
  while (start < text.length && start - at < 8 && /[\s=>:~]/.test(text[start]!) && text[start] !== '\n')
    start++;
  // Prefixes of string literals, and YAML's own line.
  if (/[bruf@$]/i.test(text[start] ?? '') && /["'`]/.test(text[start + 1] ?? '')) start++;
  let escaped = false;
  if (text[start] === '\\' && /["']/.test(text[start + 1] ?? '')) {
    escaped = true;
    start++;
  }
  const quote = text[start];
  if (quote === '"' || quote === "'" || quote === '`') {
    const from = start + 1;
    let end = from;
    while (end < text.length && end - from < MAX_VALUE && text[end] !== quote && text[end] !== '\n')
      end += text[end] !== '\\' ? 1 : !escaped ? 2 : text[end + 1] === '\\' ? 4 : 1;
    if (escaped && text[end - 1] === '\\') end--;
    if (end >= text.length || end - from >= MAX_VALUE || text[end] === '\n') return bare(text, from);
    return { start: from, end, quoted: true, text: text.slice(from, end) };
  }
  const value = bare(text, start);
  if (!value || text[at] !== '=') return value;
  const end = nextParameter(text, at, value.end);
  // Among parameters nothing is code: a value says what it says, as in quotes.
  return end === undefined
    ? value
    : { start, end, quoted: true, parameter: true, text: text.slice(start, end) };
}

function bare(text: string, start: number): Value | undefined {
  let end = start;
  while (end < text.length && end - start < MAX_VALUE && !/[\s"'`,;)\]}<>|]/.test(text[end]!)) {
    // Padding ends a value; anywhere else the sign begins the next one.
    if (text[end] === '=' && /[\w$"']/.test(text[end + 1] ?? ' ')) break;
    end++;
  }
  if (text[end - 1] === '.' || text[end - 1] === ':' || (text[end - 1] === '?' && end - start > 8)) end--;
  if (/[[(]/.test(text[end - 1] ?? '')) return undefined;
  return end > start ? { start, end, quoted: false, text: text.slice(start, end) } : undefined;
}

const STAND_IN =
  /^(?:\*{2,}.*|x{3,}|\.{2,}.*|-+|_+|<.*>?|\$\{?.*|\{\{.*|%[\w()-]+%?[sd]?|#\{.*|\[.*|@\w+|&\w+|\/.*\/|null|nil|none|undefined|true|false|yes|no|empty|n\/a|todo|tbd|string|str|text|int|number|bool|boolean|bytes|object|any|void|self|this|required|optional|hidden|secret|password|passwd|token|example|sample|test|default|changeme|change_me|placeholder|redacted|masked|removed|dummy|foobar|value|key|env|prompt|input|type|field|user|admin|root|here|incorrect|correct|invalid|wrong|valid|missing|expired|weak|strong|protected|not|is|the|a|an|and|or|for|to|of|in|must|should|was|has|can|cannot|will|your|my|our|his|her|their|new|old|current|same|reset|forgotten|sent|stored|saved|encrypted|hashed|plain|based|authentication|function|async|await|lambda|return|const|let|var|new)$/i;
const INSTRUCTION =
  /your[_ -]|_here$|-here$|^my[_-]|^<|replace[_ -]?me|example|placeholder|insert|^enter|change[_ -]?me|^put[_ -]|_goes_|to[_-]be|dummy|xxxx|\*\*\*|…|\.\.\.|redacted|^fake|^sample|lorem/i;
/** Published examples look like keys ("…EXAMPLEKEY"), and so do keys that by chance have such letters. */
const isInstruction = (value: string): boolean =>
  INSTRUCTION.test(value) && !(looksRandom(value) && !/your|here|xxxx|\*\*\*|\.\.\./i.test(value));

/** Code that fetches the value: a call, a member, an environment variable. */
const CODE =
  /^(?:process\.env|os\.|env\.|env\[|ENV\[|getenv|System\.|config[.[]|cfg\.|settings\.|secrets\.|vault[:.]|options?\.|props\.|params?\.|self\.|this\.|args\.|req(?:uest)?\.|res(?:ponse)?\.|ctx\.|data\.|user\.|input\(|prompt\(|generate|random|crypto\.|hash|bcrypt|base64|encode|decode|ref:|arn:|!Ref|file:|\w+\(|\w+::\w+|\w+->\w+|\w+\[)/i;
const MEMBER = /^[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)+$/i;
/** Code that is worked out: calls, negations, operators, numbers of machines. */
const EXPRESSION = /[()[\]{};]|\?\.|=>|&&|\|\||^!\w|^0x[\da-f]{1,8}$|^-?\d+(?:\.\d+)?[a-z]{0,2}$/i;
const TYPE_NAME = /^(?:[A-Z][a-z]+){1,3}(?:<|\[|$)/;
const URL = /^(?:https?|ftp|file|s3|git|ssh):\/\//i;
const PATHLIKE =
  /^[.~]?\/[\w.-]+\/|^[\w-]+\/[\w/-]+\.\w+$|\.(?:pem|json|ya?ml|txt|env|crt|key|cfg|ini|conf|toml)$/i;

function weighValue(scan: Scan, value: Value | undefined, kind: Kind, report: Report): void {
  if (!value) return;
  const { text, start, end, quoted, parameter } = value;
  if (STAND_IN.test(text) || isInstruction(text) || CODE.test(text) || URL.test(text) || PATHLIKE.test(text))
    return;
  if (!quoted && (MEMBER.test(text) || EXPRESSION.test(text) || /[([{]/.test(scan.text[end] ?? ''))) return;
  if (/\$\{|\{\{|#\{/.test(text)) return;
  const score =
    kind === 'password'
      ? passwordScore(text, quoted, parameter)
      : kind === 'pin'
        ? pinScore(text)
        : kind === 'secret'
          ? secretScore(text, quoted)
          : keyScore(text);
  if (score > 0) report(kind === 'secret' || kind === 'key' ? 'SECRET' : 'PASSWORD', start, end, score);
}

const PASSPHRASE = /^[a-z]{3,12}(?:[ -][a-z]{3,12}){3,7}$/;
/** Words of hints and messages. */
const SENTENCE =
  /\b(?:the|your|you|is|are|was|be|please|enter|must|should|for|and|or|not|with|this|that|at|to|of|in|has|have|can|new|old|password|invalid|required|least|characters)\b/;

/** @param sent in a form: it is a password, however plain */
function passwordScore(text: string, quoted: boolean, sent = false): number {
  if (text.length < 4 || text.length > 128) return 0;
  const spaces = text.split(' ').length - 1;
  if (quoted && PASSPHRASE.test(text) && !SENTENCE.test(text)) return 0.5;
  if (spaces > 0 && (spaces > 5 || !/[\d!@#$%^&*]/.test(text))) return 0;
  const digit = /\d/.test(text);
  const symbol = /[^\p{L}\p{N}\s_.-]/u.test(text);
  const cases = /\p{Ll}\p{L}*\p{Lu}/u.test(text);
  if (digit && /\p{L}/u.test(text)) return 0.75;
  if (symbol && text.length >= 6) return /^[\w.]+\($|[=<>]{2}|&&|\|\|/.test(text) ? 0 : 0.6;
  if (digit) return 0.55;
  if (quoted && cases && !TYPE_NAME.test(text)) return 0.55;
  return quoted && (sent || text.length >= 6) && /^[\w.-]+$/.test(text) ? 0.5 : 0.3;
}

/** Hexadecimal digits alone are hashes more often than not. */
const keyScore = (text: string): number =>
  text.length >= 20 &&
  looksRandom(text) &&
  /^[\w+/=~-]+$/.test(text) &&
  /[g-z]/i.test(text) &&
  !UUID.test(text)
    ? 0.55
    : 0;

const pinScore = (text: string): number => (/^\d{3,8}$/.test(text) ? 0.6 : 0);

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function secretScore(text: string, quoted: boolean): number {
  // Drawn from all signs, as frameworks draw the keys that they sign with.
  if (
    quoted &&
    text.length >= 24 &&
    /^[!-~]+$/.test(text) &&
    /[^\w.-]/.test(text) &&
    entropy(text) >= 4 &&
    looksRandom(text)
  )
    return 0.8;
  if (text.length < 8 || /\s/.test(text) || !/^[\w\-+/=.~!@#$%^&*:|?]+$/.test(text)) return 0;
  if (UUID.test(text)) return 0.65;
  const letters = /[a-z]/i.test(text);
  if (!/\d/.test(text)) {
    // Types, URNs, names of things.
    if (isWordy(text)) return 0;
    if (
      text.length >= 20 &&
      /[a-z]/.test(text) &&
      /[A-Z]/.test(text) &&
      entropy(text) >= 3.8 &&
      !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)+$/.test(text)
    )
      return 0.6;
    return /[^\w.-]/.test(text) && quoted && text.length >= 10 ? 0.55 : 0;
  }
  if (!letters) return text.length >= 16 && /^\d+$/.test(text) && quoted ? 0.5 : 0;
  if (/^[a-z]+(?:[-_.][a-z]+)*[-_.]?v?\d{1,4}$/i.test(text)) return quoted && text.length >= 10 ? 0.5 : 0.3;
  if (looksRandom(text)) return text.length >= 16 ? 0.85 : 0.7;
  if (isWordy(text)) return 0.3;
  return text.length >= 12 && entropy(text) >= 2.8 ? 0.6 : text.length >= 8 && quoted ? 0.5 : 0.35;
}

/** "my password is hunter2", "Passwort lautet …", "use the password Xy7!k". */
const SPOKEN =
  /(?<![\p{L}\d_])(?:password|passcode|passphrase|pwd|pin|passwort|kennwort|mot de passe|contraseña|clave|senha|wachtwoord|hasło|lösenord|пароль)(?: (?:is|was|ist|lautet|est|es|é|è|to|as|será|ska vara|for [\p{L}\d ]{1,24} is))?[ ]?[:]?[ ]["'“]?([^\s"'”<>]{4,64})/giu;

const SPOKEN_NEEDS = neededBy(
  'passw',
  'passc',
  'passp',
  'mot de passe',
  'pwd',
  'pin',
  'kennwort',
  'contraseña',
  'clave',
  'senha',
  'wachtwoord',
  'hasło',
  'lösenord',
  'пароль',
);

function spoken(scan: Scan, report: Report): void {
  if (!scan.mayHave(SPOKEN_NEEDS)) return;
  for (const match of scan.matches(SPOKEN)) {
    const value = match[1]!.replace(/[.,;:!?)]+$/, (tail) => (/^!/.test(tail) ? '!' : ''));
    const start = match.index + match[0].length - match[1]!.length;
    if (STAND_IN.test(value) || isInstruction(value) || CODE.test(value) || URL.test(value)) continue;
    // Without a sign of its own, a word behind "password" is a word.
    const pin = /^\d{4,8}$/.test(value) && /pin|passcode/i.test(match[0].slice(0, 12));
    const made =
      (/\d/.test(value) &&
        /\p{L}/u.test(value) &&
        !/^\d{1,3}(?:st|nd|rd|th|s|x|k|mb|char|chars)$/i.test(value) &&
        !/^[\p{L}]+-?\d{1,2}$/u.test(value.toLowerCase())) ||
      (/[!@#$%^&*?~]/.test(value.slice(0, -1)) && /\p{L}/u.test(value));
    const named = /\p{L}{4,}\d+/u.test(value);
    if (pin || made || named) report('PASSWORD', start, start + value.length, 0.65);
  }
}

const AUTHORIZATION =
  /(?<![\p{L}\d])(?:Bearer|Basic|Token|ApiKey|Api-Key|Digest)[ :]{1,2}["']?([A-Za-z0-9._~+/=-]{16,2048})/gu;

const AUTHORIZATION_NEEDS = neededBy('bearer', 'basic', 'token', 'apikey', 'api-key', 'digest');

function authorization(scan: Scan, report: Report): void {
  if (!scan.mayHave(AUTHORIZATION_NEEDS)) return;
  for (const match of scan.matches(AUTHORIZATION)) {
    const value = match[1]!.replace(/\.+$/, '');
    const start = match.index + match[0].length - match[1]!.length;
    const drawn =
      looksRandom(value) ||
      /^[0-9a-f]{32,128}$/i.test(value) ||
      // Nothing but a token follows this word with digits in it.
      (match[0].startsWith('Bearer') && /\d/.test(value) && /[a-z]/i.test(value)) ||
      (match[0].startsWith('Basic') &&
        /=$|[A-Z].*[a-z].*\d|[a-z].*[A-Z]/.test(value) &&
        value.length % 4 === 0);
    if (drawn && !isInstruction(value)) report('SECRET', start, start + value.length, 0.8);
  }
}

const COMMAND =
  /(?<![\w-])(?:--?(?:password|passwd|pass|pwd|token|api-key|apikey|secret|auth-token|access-token|secret-key)[ =]|(?:mysql|mysqldump|mariadb)[^\n|;]{0,80}? -p|(?:curl|wget|http)[^\n|;]{0,120}? (?:-u|--user) ["']?[\w.@-]{1,64}:|sshpass -p ?)["']?([^\s"'<>$`|;]{4,256})/g;

const COMMAND_NEEDS = neededBy(
  '-pass',
  '-pwd',
  '-token',
  '-api',
  '-secret',
  '-auth-token',
  '-access-token',
  ' -p',
  ' -u',
  '--user',
);
/** An option stands behind a space or a quote. */
const BEGINS_OPTION = /[ "'\n`]-/;

function commandLine(scan: Scan, report: Report): void {
  if (!scan.mayHave(COMMAND_NEEDS) || !BEGINS_OPTION.test(scan.text)) return;
  for (const match of scan.matches(COMMAND)) {
    const value = match[1]!;
    const start = match.index + match[0].length - value.length;
    if (STAND_IN.test(value) || isInstruction(value) || CODE.test(value) || value.startsWith('-')) continue;
    const known = /token|key|secret/i.test(match[0].slice(0, 16))
      ? secretScore(value, true)
      : passwordScore(value, true);
    if (known >= 0.5) report('PASSWORD', start, start + value.length, known);
  }
}

/** `ENV NAME value` of a Dockerfile, `setx NAME value`. */
const SETTING = /(?<![\w])(?:ENV|ARG|setx?|SETX?) ([A-Z][A-Z0-9_]{2,48}) ["']?([^\s"'=]{6,256})/g;

const SETTING_NEEDS = neededBy('env ', 'arg ', 'set ', 'setx ');

function settings(scan: Scan, report: Report): void {
  if (!scan.mayHave(SETTING_NEEDS)) return;
  for (const match of scan.matches(SETTING)) {
    const kind = kindOf(match[1]!);
    const end = match.index + match[0].length;
    const text = match[2]!;
    if (kind) weighValue(scan, { start: end - text.length, end, quoted: false, text }, kind, report);
  }
}
