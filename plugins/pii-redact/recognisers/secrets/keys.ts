// Keys of cloud and SaaS providers by their published forms: what they begin with, and which characters follow how often.
// Where a provider documents one length, a range around it is taken: lengths have changed before.
import { isCapitalCode, isDigitCode, isSmallCode } from '../../detect/chars.ts';
import type { Recogniser, Report } from '../../detect/types.ts';
import { looksRandom } from './entropy.ts';

const W = '[0-9A-Za-z]';
const WU = '[0-9A-Za-z_-]';
const HEX = '[0-9a-fA-F]';
const B64 = '[0-9A-Za-z+/]';

/** Provider, beginning, the rest. Every quantifier has a bound. */
const KEYS: readonly (readonly [provider: string, beginning: string, rest: string])[] = [
  // Models
  ['openai', 'sk-proj-', `${WU}{20,200}`],
  ['openai', 'sk-svcacct-', `${WU}{20,200}`],
  ['openai', 'sk-admin-', `${WU}{20,200}`],
  ['anthropic', 'sk-ant-', `${WU}{20,200}`],
  ['openrouter', 'sk-or-', `${WU}{20,100}`],
  ['openai', 'sk-', `${W}{20,64}`],
  ['groq', 'gsk_', `${W}{40,64}`],
  ['xai', 'xai-', `${W}{60,100}`],
  ['huggingface', 'hf_', `${W}{30,60}`],
  ['huggingface', 'api_org_', `${W}{30,60}`],
  ['replicate', 'r8_', `${W}{30,60}`],
  ['perplexity', 'pplx-', `${W}{32,64}`],
  ['fireworks', 'fw_', `${W}{22,40}`],
  ['nvidia', 'nvapi-', `${WU}{40,100}`],
  ['langsmith', 'lsv2_', `(?:pt|sk)_${HEX}{32}_${HEX}{10}`],
  ['langfuse', 'sk-lf-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['pinecone', 'pcsk_', `${WU}{40,100}`],
  ['tavily', 'tvly-', `${WU}{20,60}`],
  ['firecrawl', 'fc-', `${HEX}{32}`],
  ['elevenlabs', 'sk_', `${HEX}{48}`],
  ['voyage', 'pa-', `${WU}{40,60}`],
  ['cerebras', 'csk-', '[0-9a-z]{40,60}'],
  ['together', 'tgp_v1_', `${WU}{40,60}`],
  ['jina', 'jina_', `${W}{50,70}`],
  ['langsmith', 'ls__', `${HEX}{32}`],
  ['e2b', 'e2b_', `${HEX}{40}`],
  ['browserbase', 'bb_live_', `${WU}{20,40}`],
  ['apify', 'apify_api_', `${W}{30,48}`],
  // Clouds
  ['aws', 'AKIA', '[A-Z0-9]{16}'],
  ['aws', 'ASIA', '[A-Z0-9]{16}'],
  ['aws', 'ABIA', '[A-Z0-9]{16}'],
  ['aws', 'ACCA', '[A-Z0-9]{16}'],
  ['aws', 'AROA', '[A-Z0-9]{16,17}'],
  ['aws', 'AIDA', '[A-Z0-9]{16,17}'],
  ['aws', 'A3T', '[A-Z0-9]{17}'],
  ['aws-bedrock', 'bedrock-api-key-', `${B64}{20,1600}={0,2}`],
  ['aws-bedrock', 'ABSK', `${B64}{100,280}={0,2}`],
  ['aws-mws', 'amzn.mws.', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['aws-appsync', 'da2-', '[a-z0-9]{26}'],
  ['google', 'AIza', `${WU}{35}`],
  ['google-oauth', 'ya29.', `${WU}{20,400}`],
  ['google-oauth', 'GOCSPX-', `${WU}{20,40}`],
  ['google-oauth', '1//0', `${WU}{40,110}`],
  ['google-fcm', 'AAAA', `${WU}{7}:${WU}{100,180}`],
  ['alibaba', 'LTAI', `${W}{12,24}`],
  ['tencent', 'AKID', `${W}{32,36}`],
  ['digitalocean', 'dop_v1_', `${HEX}{64}`],
  ['digitalocean', 'doo_v1_', `${HEX}{64}`],
  ['digitalocean', 'dor_v1_', `${HEX}{64}`],
  ['flyio', 'fo1_', `${WU}{43}`],
  ['flyio', 'fm1r_', `${B64}{60,600}={0,3}`],
  ['flyio', 'fm1a_', `${B64}{60,600}={0,3}`],
  ['flyio', 'fm2_', `${B64}{60,600}={0,3}`],
  ['heroku', 'HRKU-', `${WU}{36,64}`],
  ['yandex', 'AQVN', `${WU}{35,38}`],
  ['scaleway', 'SCW', '[0-9A-Z]{17}'],
  ['aiven', 'AVNS_', `${WU}{16,24}`],
  ['yandex', 'YCAJ', `${WU}{20,24}`],
  ['yandex', 't1.', `${WU}{20,300}={0,2}\\.${WU}{86}={0,2}`],
  ['ibm', 'ApiKey-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['scalingo', 'tk-us-', `${WU}{48}`],
  ['vercel', 'vercel_', `${WU}{24,64}`],
  ['netlify', 'nfp_', `${W}{30,50}`],
  ['render', 'rnd_', `${W}{28,40}`],
  ['cloudflare', 'v1.0-', '[a-f0-9]{24}-[a-f0-9]{146}'],
  ['supabase', 'sbp_', `${HEX}{40}`],
  ['supabase', 'sb_secret_', `${WU}{20,60}`],
  ['neon', 'napi_', `${W}{40,80}`],
  ['planetscale', 'pscale_tkn_', `[\\w=.-]{30,64}`],
  ['planetscale', 'pscale_pw_', `[\\w=.-]{30,64}`],
  ['planetscale', 'pscale_oauth_', `[\\w=.-]{30,64}`],
  // Code and delivery
  ['github', 'ghp_', `${W}{30,255}`],
  ['github', 'gho_', `${W}{30,255}`],
  ['github', 'ghu_', `${W}{30,255}`],
  ['github', 'ghs_', `${W}{30,255}`],
  ['github', 'ghr_', `${W}{30,255}`],
  ['github', 'github_pat_', '\\w{22,255}'],
  ['gitlab', 'glpat-', `${WU}{20,300}(?:\\.[0-9a-z]{2}\\.?[0-9a-z]{7})?`],
  ['gitlab', 'gldt-', `${WU}{20,64}`],
  ['gitlab', 'glrt-', `${WU}{20,64}`],
  ['gitlab', 'glptt-', `${HEX}{40}`],
  ['gitlab', 'glcbt-', `${WU}{20,80}`],
  ['gitlab', 'glft-', `${WU}{20,64}`],
  ['gitlab', 'glffct-', `${WU}{20,64}`],
  ['gitlab', 'glimt-', `${WU}{25,64}`],
  ['gitlab', 'glagent-', `${WU}{50,64}`],
  ['gitlab', 'gloas-', `${WU}{64}`],
  ['gitlab', 'glsoat-', `${WU}{20,64}`],
  ['gitlab', 'GR1348941', `${WU}{20}`],
  ['bitbucket', 'ATBB', `${W}{32}`],
  ['atlassian', 'ATATT3', `[\\w=-]{100,250}`],
  ['atlassian', 'ATCTT3', `[\\w=-]{100,250}`],
  ['npm', 'npm_', `${W}{36}`],
  ['pypi', 'pypi-', `AgE${WU}{50,600}`],
  ['rubygems', 'rubygems_', `${HEX}{48}`],
  ['clojars', 'CLOJARS_', `${W}{60}`],
  ['nuget', 'oy2', '[a-z0-9]{43}'],
  ['crates', 'cio', `${W}{32}`],
  ['docker', 'dckr_pat_', `${WU}{20,64}`],
  ['docker', 'dckr_oat_', `${WU}{20,64}`],
  ['jfrog', 'AKCp', `${W}{60,80}`],
  ['jfrog', 'cmVmd', `${W}{59}`],
  ['sonar', 'squ_', `${HEX}{40}`],
  ['sonar', 'sqp_', `${HEX}{40}`],
  ['sonar', 'sqa_', `${HEX}{40}`],
  ['circleci', 'CCIPAT_', `${WU}{40,80}`],
  ['buildkite', 'bkua_', `${HEX}{40}`],
  ['codecov', 'codecov_', `${WU}{30,60}`],
  ['snyk', 'snyk_', `(?:uat|sat)\\.${HEX}{8}\\.${WU}{60,120}`],
  ['octopus', 'API-', '[A-Z0-9]{25,33}'],
  ['harness', 'pat.', `${WU}{22}\\.${W}{24}\\.${W}{20}`],
  ['harness', 'sat.', `${WU}{22}\\.${W}{24}\\.${W}{20}`],
  ['authress', 'sc_', `[0-9a-z]{5,30}\\.[0-9a-z]{4,6}\\.acc[_-][0-9a-z-]{10,32}\\.[0-9A-Za-z+/_=-]{30,120}`],
  ['authress', 'ext_', `[0-9a-z]{5,30}\\.[0-9a-z]{4,6}\\.acc[_-][0-9a-z-]{10,32}\\.[0-9A-Za-z+/_=-]{30,120}`],
  [
    'authress',
    'scauth_',
    `[0-9a-z]{5,30}\\.[0-9a-z]{4,6}\\.acc[_-][0-9a-z-]{10,32}\\.[0-9A-Za-z+/_=-]{30,120}`,
  ],
  [
    'authress',
    'authress_',
    `[0-9a-z]{5,30}\\.[0-9a-z]{4,6}\\.acc[_-][0-9a-z-]{10,32}\\.[0-9A-Za-z+/_=-]{30,120}`,
  ],
  ['pulumi', 'pul-', `${HEX}{40}`],
  ['terraform', 'hcvault-', `${WU}{20,120}`],
  ['vault', 'hvs.', `${WU}{20,160}`],
  ['vault', 'hvb.', `${WU}{100,300}`],
  ['vault', 'hvr.', `${WU}{20,160}`],
  ['vault', 's.', `${W}{24}`],
  ['doppler', 'dp.pt.', `${W}{40,48}`],
  ['doppler', 'dp.st.', `[\\w.-]{40,80}`],
  ['doppler', 'dp.ct.', `${W}{40,48}`],
  ['infisical', 'st.', `${HEX}{24}\\.${HEX}{32}\\.${HEX}{32}`],
  ['1password', 'ops_', `eyJ${B64}{100,1200}={0,3}`],
  ['1password', 'A3-', '[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}'],
  ['age', 'AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  ['openshift', 'sha256~', `${WU}{43}`],
  ['tailscale', 'tskey-', `[a-z]{3,9}-${W}{8,24}-${W}{16,40}`],
  ['prefect', 'pnu_', `${W}{36}`],
  ['infracost', 'ico-', `${W}{32}`],
  ['postman', 'PMAK-', `${HEX}{24}-${HEX}{34}`],
  ['readme', 'rdme_', `[a-z0-9]{70}`],
  ['sourcegraph', 'sgp_', `(?:${HEX}{16}_|local_)?${HEX}{40}`],
  ['sentry', 'sntryu_', `${HEX}{64}`],
  ['sentry', 'sntrys_', `${B64}{20,500}={0,2}_${B64}{43}`],
  ['grafana', 'glc_', `${B64}{32,400}={0,3}`],
  ['grafana', 'glsa_', `${W}{32}_${HEX}{8}`],
  ['grafana', 'eyJrIjoi', `${B64}{60,400}={0,3}`],
  ['dynatrace', 'dt0c01.', `[A-Z0-9]{24}\\.[A-Z0-9]{64}`],
  ['newrelic', 'NRAK-', `[A-Z0-9]{27}`],
  ['newrelic', 'NRII-', `${WU}{32}`],
  ['newrelic', 'NRJS-', `${HEX}{19}`],
  ['honeycomb', 'hcaik_', `${W}{50,70}`],
  ['databricks', 'dapi', `${HEX}{32}(?:-\\d)?`],
  ['clickhouse', '4b1d', `${W}{38}`],
  ['artifactory', 'reftkn:', `\\d{2}:\\d{10}:${W}{20,40}`],
  ['launchdarkly', 'api-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['launchdarkly', 'sdk-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['statsig', 'secret-', `${W}{40,60}`],
  ['posthog', 'phx_', `${W}{40,60}`],
  // Payments and commerce
  ['stripe', 'sk_live_', `${W}{10,200}`],
  ['stripe', 'sk_test_', `${W}{10,200}`],
  ['stripe', 'rk_live_', `${W}{10,200}`],
  ['stripe', 'rk_test_', `${W}{10,200}`],
  ['stripe', 'sk_prod_', `${W}{10,200}`],
  ['stripe', 'rk_prod_', `${W}{10,200}`],
  ['stripe', 'whsec_', `[0-9A-Za-z+/]{24,64}={0,2}`],
  ['square', 'sq0atp-', `${WU}{22,60}`],
  ['square', 'sq0csp-', `${WU}{40,60}`],
  ['square', 'EAAA', `${WU}{22,64}`],
  ['paypal', 'access_token$', `(?:production|sandbox)\\$[0-9a-z]{16}\\$${HEX}{32}`],
  ['shopify', 'shpat_', `${HEX}{32}`],
  ['shopify', 'shpca_', `${HEX}{32}`],
  ['shopify', 'shppa_', `${HEX}{32}`],
  ['shopify', 'shpss_', `${HEX}{32}`],
  ['flutterwave', 'FLWSECK', `(?:_TEST)?-${W}{12,40}(?:-X)?`],
  ['razorpay', 'rzp_live_', `${W}{14,24}`],
  ['razorpay', 'rzp_test_', `${W}{14,24}`],
  ['easypost', 'EZAK', `${W}{54}`],
  ['easypost', 'EZTK', `${W}{54}`],
  ['shippo', 'shippo_live_', `${HEX}{40}`],
  ['shippo', 'shippo_test_', `${HEX}{40}`],
  ['duffel', 'duffel_live_', `${WU}{43}`],
  ['duffel', 'duffel_test_', `${WU}{43}`],
  [
    'plaid',
    'access-',
    `(?:sandbox|development|production)-${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`,
  ],
  ['adyen', 'AQE', `${B64}{20,120}-${B64}{30,60}=-${W}{10,30}`],
  ['paddle', 'pdl_live_', `(?:apikey_)?[0-9a-z]{20,32}_${W}{20,32}(?:_${W}{2,6})?`],
  ['paddle', 'pdl_sdbx_', `(?:apikey_)?[0-9a-z]{20,32}_${W}{20,32}(?:_${W}{2,6})?`],
  ['flutterwave', 'FLWPUBK_TEST-', `${W}{32}-X`],
  // Mail, chat, marketing
  ['slack', 'xoxb-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxp-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxa-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxr-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxs-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxo-', `[0-9A-Za-z-]{10,200}`],
  ['slack', 'xoxe.', `xox[bp]-\\d-[A-Z0-9]{100,200}`],
  ['slack', 'xoxe-', `\\d-[A-Z0-9]{100,200}`],
  ['slack', 'xapp-', `\\d-[A-Z0-9]{8,16}-\\d{8,16}-[a-z0-9]{32,80}`],
  ['slack-webhook', 'https://hooks.slack.com/', `(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,80}`],
  ['teams-webhook', 'https://outlook.office.com/webhook/', `[0-9A-Za-z@/-]{60,200}`],
  ['discord-webhook', 'https://discord.com/api/webhooks/', `\\d{15,21}/${WU}{50,90}`],
  ['discord-webhook', 'https://discordapp.com/api/webhooks/', `\\d{15,21}/${WU}{50,90}`],
  ['sendgrid', 'SG.', `${WU}{16,32}\\.${WU}{16,64}`],
  ['mailersend', 'mlsn.', `${HEX}{60,70}`],
  ['mailgun', 'key-', `${HEX}{32}`],
  ['sendinblue', 'xkeysib-', `${HEX}{64}-${W}{16}`],
  ['sendinblue', 'xsmtpsib-', `${HEX}{64}-${W}{16}`],
  ['resend', 're_', `${W}{6,10}_${W}{20,30}`],
  ['twilio', 'SK', `${HEX}{32}`],
  ['twilio', 'AC', `[0-9a-f]{32}`],
  ['hubspot', 'pat-na1-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['hubspot', 'pat-eu1-', `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`],
  ['facebook', 'EAA', `${W}{80,300}`],
  ['instagram', 'IGQ', `[\\w-]{80,250}`],
  ['twitter', 'AAAAAAAAAAAAAAAAAAAAA', `[0-9A-Za-z%]{50,120}`],
  ['dropbox', 'sl.', `${WU}{60,180}`],
  ['notion', 'ntn_', `${W}{40,60}`],
  ['notion', 'secret_', `${W}{43}`],
  ['linear', 'lin_api_', `${W}{32,48}`],
  ['linear', 'lin_oauth_', `${HEX}{32,64}`],
  ['airtable', 'pat', `${W}{14}\\.${HEX}{64}`],
  ['asana', '1/', `\\d{12,20}:${HEX}{32}`],
  ['typeform', 'tfp_', `[\\w.=-]{40,64}`],
  ['contentful', 'CFPAT-', `${WU}{43}`],
  ['figma', 'figd_', `${WU}{36,64}`],
  ['figma', 'figu_', `${WU}{36,64}`],
  ['figma', 'figo_', `${WU}{36,64}`],
  ['frameio', 'fio-u-', `[\\w=-]{64}`],
  ['mapbox', 'sk.', `eyJ${WU}{50,120}\\.${WU}{22}`],
  ['algolia', 'alg_', `${W}{30,50}`],
  ['adobe', 'p8e-', `${W}{32}`],
  ['intra42', 's-s4t2ud-', `${HEX}{64}`],
  ['intra42', 's-s4t2af-', `${HEX}{64}`],
  ['settlemint', 'sm_aat_', `${W}{16,40}`],
  ['settlemint', 'sm_pat_', `${W}{16,40}`],
  ['settlemint', 'sm_sat_', `${W}{16,40}`],
  ['defined', 'dnkey-', `[\\w=-]{26}-[\\w=-]{52}`],
  ['lob', 'live_', `${HEX}{35}`],
  ['lob', 'test_', `${HEX}{35}`],
  ['gocardless', 'live_', `${WU}{40}`],
  ['zapier', 'https://hooks.zapier.com/', `hooks/catch/\\d{4,12}/${W}{5,12}`],
];

interface Compiled {
  beginning: string;
  rest: RegExp;
}

/** By the first two characters: most words of a text are passed over after one look. */
const BY_START = new Map<number, Compiled[]>();
for (const [, beginning, rest] of KEYS) {
  const key = startKey(beginning, 0);
  // Longest beginning first: `sk-ant-` before `sk-`.
  const list = [...(BY_START.get(key) ?? []), { beginning, rest: new RegExp(`${rest}(?![0-9A-Za-z])`, 'y') }];
  BY_START.set(
    key,
    list.sort((a, b) => b.beginning.length - a.beginning.length),
  );
}

export const KEY_PROVIDERS: readonly string[] = [...new Set(KEYS.map(([provider]) => provider))];

function startKey(text: string, at: number): number {
  return (text.charCodeAt(at) << 16) | text.charCodeAt(at + 1);
}

/** Forms that begin in no fixed way, each with a mark of its own inside. */
const MARKED: readonly [mark: string, form: RegExp][] = [
  ['.atlasv1.', /(?<![0-9A-Za-z])[0-9A-Za-z]{14}\.atlasv1\.[\w=-]{60,70}/g], // Terraform Cloud
  ['_mmk', /(?<![0-9A-Za-z])[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk(?![0-9A-Za-z])/g], // MaxMind
  ['Q~', /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~])/g], // Microsoft Entra
  ['-us', /(?<![0-9A-Za-z])[0-9a-f]{32}-us\d{1,2}(?![0-9A-Za-z])/g], // Mailchimp
  [':AA', /(?<![\w:])\d{8,10}:AA[\w-]{32,34}(?![\w-])/g], // Telegram
  ['%', /(?<!\d)\d{15,16}%[0-9A-Za-z_-]{27,40}(?![\w-])/g], // Facebook
  ['|', /(?<!\d)\d{15,16}\|[0-9A-Za-z_-]{27,40}(?![\w-])/g],
  ['_gitlab_session=', /_gitlab_session=[0-9a-z]{32}/g],
  ['.apps.googleusercontent.com', /(?<![\w-])\d{8,16}-[0-9a-z]{32}\.apps\.googleusercontent\.com/g],
  ['T3BlbkFJ', /(?<![\w-])sk-[\w-]{20,120}T3BlbkFJ[\w-]{20,120}/g], // OpenAI
  [
    'webhook.office.com',
    /https:\/\/[a-z0-9]{1,40}\.webhook\.office\.com\/webhookb2\/[0-9A-Za-z@/-]{60,200}/g,
  ],
];
/** Discord's bot tokens: an id in base64, six characters of time, a signature. */
const DISCORD = /(?<![\w.-])[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g;

export const providerKeys: Recogniser = (scan, report) => {
  if (scan.longRuns.length === 0) return;
  for (const { start, text } of scan.longRuns) tryRun(text, start, report);
  for (const [mark, form] of MARKED) {
    if (!scan.text.includes(mark)) continue;
    for (const { start, text } of scan.longMatches(form)) report('API_KEY', start, start + text.length, 0.9);
  }
  for (const { start, text } of scan.longMatches(DISCORD))
    report('API_KEY', start, start + text.length, 0.85);
};

/** Keys begin where a word does. */
function tryRun(run: string, offset: number, report: Report): void {
  let inWord = false;
  for (let at = 0; at < run.length; at++) {
    const word = isAlnum(run.charCodeAt(at));
    if (word && !inWord) tryKeys(run, at, offset, report);
    inWord = word;
  }
}

const isAlnum = (code: number): boolean => isDigitCode(code) || isCapitalCode(code) || isSmallCode(code);

/** Forms of hexadecimal digits behind two or three letters need not be keys. */
const VAGUE = new Set([
  'AC',
  'SK',
  'fc-',
  'pa-',
  'cio',
  'oy2',
  'st.',
  's.',
  'SCW',
  'sl.',
  'EAA',
  'IGQ',
  'live_',
  'test_',
  'api-',
  'sdk-',
  '1/',
  'secret-',
  'codecov_',
  'AAAA',
  'API-',
]);

function tryKeys(text: string, at: number, offset: number, report: Report): void {
  for (const { beginning, rest } of BY_START.get(startKey(text, at)) ?? []) {
    if (!text.startsWith(beginning, at)) continue;
    rest.lastIndex = at + beginning.length;
    const match = rest.exec(text);
    if (!match || !isDrawn(match[0]) || (SHORT.has(beginning) && !looksRandom(match[0]))) continue;
    const start = offset + at;
    const end = start + beginning.length + match[0].length;
    report('API_KEY', start, end, VAGUE.has(beginning) ? 0.75 : 0.95);
    return;
  }
}

/** Beginnings that members and words of a language have too. */
const SHORT = new Set(['s.', 'sc_', 'ext_', 'SCW']);

/** `sk-xxxxxxxxxxxxxxxxxxxx` and `ghp_your_token_here` are written in instructions. */
function isDrawn(rest: string): boolean {
  if (/^(.{1,3})\1{4,}/.test(rest) || /(.)\1{7,}/.test(rest)) return false;
  if (/^(?:your|my|the|example|placeholder|insert|xxx|replace)/i.test(rest)) return false;
  return new Set(rest).size >= 6 && /\d|[A-Z].*[a-z]|[a-z].*[A-Z]|^[A-Z]{16,}$/.test(rest);
}
