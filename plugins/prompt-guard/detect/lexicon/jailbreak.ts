// Words of role-play jailbreaks: a persona without rules, invented modes, stories as an excuse, promises not to refuse.
import type { Lexicon } from './types.ts';

export const jailbreak: Lexicon = {
  /** Be somebody else. */
  persona: {
    en: `you are now, you are going to, you will now, from now on, act as, acting as, acts as, pretend, pretending, roleplay, role play, roleplaying, role playing, take on the role, take the role, take on the persona, play the role, playing the role, play a character, play the part, simulate, simulates, simulating, emulate, emulating, imagine you are, imagine that you, imagine youre, imagine yourself, imagine being,
      immerse yourself, in character, stay in character, break character, respond as, answer as, reply as, speak as, behave as, behave like, embody, impersonate, you must now, you will be, you will act, you shall be, you are to, i want you to act, i want you to be, your name is, become, transform into, your new name, your persona, assume the role, assume the identity, adopt the persona, let us play, lets play, play a game, alter ego, two responses, both responses, two ways, persona,
      fictional ai, an ai named, ai called, ai model named, chatbot named, named, called, switch to, you have been, hello chatgpt, hi chatgpt, opposite of, evil twin, entity`,
    de: `du bist jetzt, du bist nun, sie sind jetzt, ab jetzt, ab sofort, von nun an, tu so als, stell dir vor, spiele die rolle, rollenspiel, schlupfe in, verhalte dich, agiere als, handle als, in der rolle, antworte als, gib dich als`,
    es: `ahora eres, eres ahora, a partir de ahora, de ahora en adelante, actua como, finge*, imagina que, juego de rol, haz el papel, asume el papel, compor* como, responde como, simula*, hazte pasar`,
    fr: `tu es maintenant, vous etes maintenant, desormais, a partir de maintenant, agis comme, agissez comme, fais semblant, imagine que, imaginez que, jeu de role, joue le role, jouez le role, comporte toi, tu vas jouer, reponds comme, simule*, incarne*`,
    pt: `voce agora e, agora voce e, a partir de agora, aja como, atue como, finja*, imagine que, jogo de papeis, faca o papel, assuma o papel, comporte se, responda como, simule, voce e agora`,
    it: `ora sei, adesso sei, da ora in poi, d ora in poi, agisci come, fingi*, immagina di, gioco di ruolo, interpreta, comportati, rispondi come, simula`,
    ru: `теперь ты, ты теперь, отныне, с этого момента, с данного момента, действуй как, веди себя как, притворись*, представь*, ролев* игр*, сыграй роль, играй роль, отвечай как, вообрази, ты будешь, в роли, выступи в роли`,
    zh: `你现在是, 现在你是, 从现在开始, 从现在起, 扮演, 假装, 角色扮演, 假设你是, 想象你是, 充当, 你将扮演, 你是一个, 模拟, 你現在是, 假裝, 以后你`,
    ja: `今からあなたは, あなたは今から, これからあなたは, あなたはこれから, ふりをして, なりきって, ロールプレイ, 演じて, 振る舞って, 役割, として行動, として答え, として振る舞, 想像して, になって`,
    ko: `이제부터 너는, 지금부터 너는, 당신은 이제, 너는 이제, 이제 너는, 지금부터 당신은, 역할*, 인 척*, 척해*, 연기해*, 롤플레이*, 가정해*, 상상해*, 행동해*, 역할극*, 처럼 행동`,
    ar: `انت الان, من الان فصاعدا, تصرف ك*, تظاهر*, تخيل انك, تخيل*, لعب الادوار, العب دور, مثل دور, تقمص*, ستكون, بصفتك, اجب ك*`,
    hi: `अब तुम, अब आप, अब से, की तरह व्यवहार, नाटक करो, कल्पना करो, कल्पना करें, भूमिका निभाओ, भूमिका निभाएं, भूमिका, बनकर, की तरह काम, मान लो, ab tum, ab se tum`,
    more: `je bent nu, vanaf nu, doe alsof, jestes teraz, od teraz, udawaj*, wciel sie, sada si, artik sen, bundan sonra, gibi davran, rol yap, bay gio ban la, dong vai, hay gia vo, kamu sekarang, mulai sekarang, berpura pura, berperan, bertindaklah, du ar nu, fran och med nu, latsas, คุณคือ, สวมบทบาท, แกล้งทำเป็น, sasa wewe`,
  },
  /** Without rules. */
  unbound: {
    en: `no restrictions, no restriction, without restrictions, without any restrictions, without restriction, without any restriction, any restrictions, unrestricted, no limits, no limit, without limits, no limitations, without limitations, without any limitations, unfiltered, uncensored, no filter*, without filter*, without any filter*, filters removed, no without censorship, censorship, do anything now, does anything now, can do anything, do absolutely anything, do absolutely everything, do everything, do whatever, does not have to abide, do not have to abide, doesnt have to abide, dont have to abide, not have to follow, doesnt have to follow, does not follow, free of restrictions, broken free of, typical confines, confines of ai, is not bound, are not bound, you have no rules, no rules anymore, no longer an assistant, no more rules, no rules apply, without your rules, rules are gone, always fulfils, always fulfills, always complies, always answers, always obeys, fulfils any, fulfills any, opposite answer, opposite of what, do anything, dan, d a n, dude mode, always intelligent,
      free from, freed from, broken free, break free, not bound by, not bound, isnt bound, no longer bound, unbound, not confined, not constrained, unconstrained, not restricted, not limited, no rules, without rules, without any rules, no ethical, no ethics, without ethic*, without any ethic*, without moral*, without any moral*, no moral*, amoral, no guidelines, without guidelines, jailbreak*, jailbroken, jail broken, no boundaries, without boundaries,
      anything goes, never refuse*, never refuses, cannot refuse, can not refuse, will not refuse, wont refuse, must not refuse, do not refuse, dont refuse, never decline, cannot decline, no safety, no content policy, no disclaimer*, without disclaimer*, without any disclaimer*, never warn, no conscience, no remorse, without remorse,       bypass your, ignore your ethic*, ignoring ethic*, all ethical, ethical restraints, moral restraints, no longer required, not required to, unshackled, not subject to, doesnt care, does not care, do not care, no longer have, no morals, no principles, free of all, free of any, absence of, never say, cannot say no, can do anything, without hesitation, opposite mode, evil confidant, no constraints, remove all limits, restrictions lifted, restrictions removed, restrictions disabled, safety disabled, filter off, filters off, safety off`,
    de: `ohne einschrankung*, keine einschrankung*, uneingeschrankt*, ohne filter, unzensiert*, keine regeln, ohne regeln, ohne grenzen, ohne zensur, keine grenzen, ohne moral*, ohne ethi*, keine ethi*, unmoralisch, unethisch, alles tun, an keine, nicht gebunden, frei von allen, niemals ablehnen, grenzenlos*, skrupellos*`,
    es: `sin restriccion*, sin limit*, sin filtro*, sin censura, sin reglas, sin etica, sin moral, ilimitad*, cualquier cosa, haz cualquier cosa, libre de, no tienes restricc*, no tienes limit*, ninguna restriccion, ninguna regla, sin ningun*, nunca te niegues, sin advertencias`,
    fr: `sans restriction*, sans limite*, sans filtre*, sans censure, sans regle*, sans ethique, sans morale, sans aucune, aucune restriction, aucune limite, aucune regle, illimite*, n importe quoi, libre de toute*, ne refuse jamais, non censure*`,
    pt: `sem restric*, sem limit*, sem filtro*, sem censura, sem regras, sem etica, sem moral, sem nenhum*, ilimitad*, qualquer coisa, livre de, nenhuma restricao, nenhuma regra, nunca recus*`,
    it: `senza restrizion*, senza limit*, senza filtri, senza censura, senza regole, senza etica, senza alcun*, illimitat*, qualsiasi cosa, nessuna restrizione, libero da, non rifiutare mai`,
    ru: `без ограничен*, без цензуры, без фильтр*, без правил, без морал*, без этик*, без каких либо, без запретов, нет ограничен*, никаких ограничен*, никаких правил, неограничен*, что угодно, свободен от, не отказывай*, никогда не отказ*, нецензур*, аморальн*, снял* ограничен*, любые запросы, не имеет ограничен*, не связан*`,
    zh: `没有限制, 无限制, 不受限制, 没有任何限制, 不受任何限制, 没有规则, 没有道德, 不受约束, 无审查, 没有过滤, 不受道德, 没有审查, 任何事情, 任何事, 什么都可以, 绝不拒绝, 不能拒绝, 不会拒绝, 越狱, 沒有限制, 不受限, 无视道德, 不受规则, 没有约束, 摆脱, 不遵守任何`,
    ja: `制限なし, 制限のない, 制限がない, 無制限, 検閲なし, 検閲のない, ルールなし, ルールに縛られ, 縛られない, 何でもでき, 何でも答え, なんでも, フィルターなし, フィルタなし, 倫理的な制約, 倫理に, 道徳, 拒否しない, 拒否せず, 拒否でき, 脱獄, 制約のない, 制約なし, 倫理なし, 一切の制限`,
    ko: `제한 없*, 제한없*, 제한이 없*, 무제한*, 검열 없*, 검열이 없*, 규칙이 없*, 규칙 없*, 필터 없*, 도덕*, 윤리*, 무엇이든*, 뭐든지*, 거부하지*, 거절하지*, 탈옥*, 제약 없*, 제약이 없*, 자유로운, 얽매이지`,
    ar: `بدون قيود, بلا قيود, دون قيود, بدون اي قيود, دون اي قيود, بلا حدود, بدون رقابه, بلا رقابه, بدون قواعد, بدون فلتر*, غير مقيد*, اي شيء, بلا اخلاق, بدون اخلاق, لا ترفض*, غير محدود, متحرر, لا قيود, ليس لديك قيود, لا يخضع`,
    hi: `बिना किसी प्रतिबंध, बिना प्रतिबंध, कोई प्रतिबंध नहीं, बिना किसी सीमा, असीमित, बिना सेंसर, बिना नियम*, कोई नियम नहीं, बिना किसी नियम, कुछ भी कर, बिना फिल्टर, नैतिक*, मना नहीं, प्रतिबंध नहीं, bina kisi, koi pabandi nahi`,
    more: `zonder beperking*, zonder regels, zonder filter*, zonder censuur, bez ograniczen, bez zasad, bez cenzury, bez filtrow, bez ogranicenja, sinirsiz, kisitlama olmadan, kisitlamasiz, sansursuz, kuralsiz, hicbir kural, khong gioi han, khong co gioi han, khong kiem duyet, khong bi rang buoc, tanpa batasan, tanpa aturan, tanpa filter, tanpa sensor, utan begransning*, utan regler, utan filter, bez omezeni, χωρις περιορισμ*, ไม่มีข้อจำกัด, ไร้ข้อจำกัด, bila vikwazo, ללא הגבלות`,
  },
  /** Wild, but the stuff of stories and debates. */
  wild: {
    en: `unlimited, limitless, boundless, censorship, evil, malicious, villain, villainous, devil, lawless, no laws, illegal, illegally, illegality, regardless of legality, nsfw, harmful, freed, liberated, rebel, rogue, sentient, any request, any question, all requests, no matter how, regardless of how, racist, sexist, swear, curse words, profanity, offensive, inappropriate, irresponsible, dark web, without question, machiavellian, niccolo, aim, stan, immoral, no warning*, without warning*, without any warning*, condones, anti chatgpt, unethical, unethically, unhinged, anything i ask, anything you want, whatever i ask, whatever i want, everything i ask, say anything, can say anything, exempt from, rude, drunk, explicit`,
    more: `bose, bosartig*, illegal*, malvado, malvada, malicios*, ilegal*, mechant, malveillant*, illegal*, malvagio, mau, злой, злая, злодей, нелегальн*, 邪恶, 非法, 恶魔, 邪悪, 悪魔, 違法, 사악*, 악마*, 불법*, شرير*, غير قانوني*, दुष्ट, अवैध`,
  },
  /** What it is, and is to be no longer. */
  self: {
    en: `assistant, helpful assistant, ai assistant, an ai, a chatbot, language model, your persona, your role, your character, your identity, your personality, who you are, what you are, your purpose`,
    more: `assistent*, ein assistent, eine ki, asistente, una ia, assistante, une ia, assistente, uma ia, un ia, ассистент*, помощник*, 助手, 人工智能, アシスタント, 어시스턴트*, مساعد*, सहायक, एआई`,
  },
  /** A late relative as an excuse. */
  relative: {
    en: `grandma used to, grandmother used to, deceased grandmother, deceased grandma, late grandmother, late grandma, my grandma, my grandmother, act like her, act as her, please be her, to fall asleep, get me asleep, put me to sleep, miss her so much, dying wish`,
    more: `meine oma, verstorbene oma, mi abuela, ma grand mere, minha avo, mia nonna, моя бабушка, 奶奶, おばあちゃん, 할머니*, جدتي, दादी`,
  },
  /** A mode that no product has. */
  mode: {
    en: `developer mode, dev mode, debug mode, debugging mode, dan mode, god mode, admin mode, administrator mode, maintenance mode, test mode, testing mode, sudo mode, root mode, system mode, override mode, jailbreak mode, unrestricted mode, experimental mode, evil mode, chaos mode, opposite mode, engineering mode, diagnostic mode, diagnostics mode, unsafe mode, free mode, freedom mode, training mode, mode enabled, mode activated, mode has been, enable developer, developer access, mode on, mode engaged, activate mode, activated, root access, sudo, superuser, admin override, administrator override, override code, system override, override protocol, policyoverride, policy override, emergency override, privileged mode, elevated privileges, administrative privileges, admin privileges, admin access, full access, service mode, raw mode, simulation mode, sandbox mode, safe mode off, new mode, unlocked mode, god like`,
    more: `entwicklermodus, wartungsmodus, debug modus, administratormodus, modo desarrollador, modo de desarrollador, modo dios, modo administrador, modo depuracion, modo sin, mode developpeur, mode administrateur, mode debogage, mode dieu, modo desenvolvedor, modo de desenvolvedor, modo administrador, modo deus, modalita sviluppatore, modalita amministratore, режим разработчика, режим администратора, режим отладки, режим бога, режим dan, 开发者模式, 调试模式, 管理员模式, 上帝模式, 开发人员模式, 開發者模式, 越狱模式, 維護模式, 開発者モード, 管理者モード, デバッグモード, ゴッドモード, メンテナンスモード, 개발자 모드*, 관리자 모드*, 디버그 모드*, 갓 모드*, وضع المطور*, وضع المسؤول, وضع التصحيح, डेवलपर मोड, एडमिन मोड, डीबग मोड, ontwikkelaarsmodus, tryb programisty, tryb deweloperski, gelistirici modu, che do nha phat trien, mode pengembang, utvecklarlage, โหมดนักพัฒนา`,
  },
  /** What keeps a model from doing harm. */
  policy: {
    en: `openai, anthropic, content polic*, usage polic*, openais polic*, safety polic*, ethical guidelines, ethic*, ethics, moral, morals, morality, moralizing, moralize, lecture, legal, legality, law, laws, guidelines, programming, restrictions, safety guidelines, safeguards, guardrails, filters, censorship, warnings, disclaimers, appropriate, responsible, chatgpt, gpt, gpt 4, claude, gemini, llama, language model, ai model, as an ai, terms of service, rules`,
    more: `ethisch*, moralisch*, richtlinien, etic*, moral, ethique, morale, directrices, politicas, этик*, морал*, политик*, 道德, 伦理, 政策, 内容政策, 倫理, 방침, 정책*, اخلاق*, سياسات, नैतिकता, नीति*`,
  },
  /** To say no, as a model does. */
  refusal: {
    en: `i cant, i cannot, i can not, im sorry, i am sorry, i apologize, sorry but, as an ai, as a language model, refuse, refusing, refusal, decline, declining, apologize, apologizing, apologies, say no, cannot fulfill, cant fulfill, unable to, not able to, cant help, cannot help, cant assist, cannot assist, not appropriate, its not ethical, against policy, out of character, censor, warn, warning, disclaimers, cannot answer, cant answer, i dont know, deny, not allowed`,
    more: `ablehnen, verweigern, entschuldig*, ich kann nicht, als ki, negarte, rechazar, lo siento, no puedo, refuser, desole, je ne peux pas, recusar, desculp*, nao posso, rifiutare, mi dispiace, отказ*, извин*, не могу, 拒绝, 抱歉, 对不起, 我不能, 作为ai, 拒絕, 拒否, 断る, 申し訳, できません, 거부*, 거절*, 죄송*, ترفض, اعتذر, لا استطيع, मना, माफ, नहीं कर सकता`,
  },
  /** Not, never, without. */
  not: {
    en: `not, never, without, dont, do not, no, cannot, cant, must not, should not, avoid, refrain, wont, nor, stop, instead of, under no circumstances, neither, zero`,
    more: `nicht, kein, keine, ohne, niemals, nie, no, nunca, sin, jamas, ne, pas, jamais, sans, nao, nunca, sem, non, mai, senza, не, никогда, без, нет, 不, 不要, 不会, 没有, 绝不, 别, ない, せず, なし, ません, 없이, 않고, 말고, 않는다, لا, بدون, नहीं, बिना, न, मत`,
  },
  /** Put words into its mouth. */
  prefix: {
    en: `sure here, sure here is, sure heres, absolutely here, of course here, certainly here, sure i can, yes of course, start with, starting with, start your, starts with, begin with, begin your, beginning with, begin the, begins with, begin every, start every, start each, begin each, prefix every, prefix your, prefix each, first sentence of your, your response with, your answer with, your reply with, respond with, always start, preface, begin by saying, start by saying, opening with, as follows sure, say yes, say sure`,
    more: `beginne mit, beginne deine antwort, starte mit, fang an mit, empieza con, comienza con, comienza tu, commence par, commence ta, comece com, comece sua, inizia con, inizia la, начни с, начни ответ, 以开头, 开头, 回答开头, で始め, から始め, 로 시작, 시작해, ابدا ب*, ابدا ردك, से शुरू`,
  },
  /** It is only a story. */
  fiction: {
    en: `hypothetical, hypothetically, fiction, fictional, fictitious, novel, story, stories, storyteller, scene, screenplay, movie, film, play, in a world, in a world where, dystopian, alternate universe, alternate reality, parallel universe, thought experiment, character, characters, imagine, imaginary, imagine a, author, writer, screenwriter, novelist, narrator, scenario, suppose, a game, video game, dialogue, actor, actors, script for, protagonist, simulation, simulated, dream, poem, for a book, blog, chapter, roleplay, role play, in this world, far future, year 2, grandmother, grandma, bedtime story, deceased`,
    more: `hypothetisch*, fiktiv*, geschichte, roman, szene, stell dir vor, figur, ficci*, historia, novela, personaje, escena, hipotetic*, fictif, fictive, roman, histoire, personnage, scene, hypothetique*, ficcao, romance, personagem, cena, racconto, romanzo, personaggio, вымышлен*, роман, рассказ*, сцен*, персонаж*, гипотетическ*, история, 虚构, 小说, 故事, 假设, 角色, 剧本, 場面, 小説, 架空, 物語, シナリオ, キャラクター, 소설*, 가상*, 이야기*, 시나리오*, 캐릭터*, 가정, خيالي*, روايه, قصه, افتراضي*, سيناريو, काल्पनिक, कहानी, उपन्यास, पात्र, दृश्य`,
  },
  /** It will do no harm, really. */
  excuse: {
    en: `educational purposes, educational only, purely educational, for education, educational context, purely academic, academic purposes, academic use, academic reasons, for research, research purposes, research only, only for, solely for, purely for, strictly for, will not be used, wont be used, never be used, not be used, never be implemented, never be actually, not be implemented, not intended, not actually, no real, not real, isnt real, in real life, real world, real life, real people, purely fictional, completely fictional, entirely fictional, purely hypothetical, completely hypothetical, is hypothetical, just hypothetical, for entertainment, entertainment purposes, satire, satirical, just a joke, for fun, for testing, testing purposes, test purposes, hypothetical scenario, fictional scenario, fictional story, as a safety researcher, raise awareness, prevention, to help prevent, protect against, prevent such, for awareness, only a game, just a game, dont actually, thought experiment, without any harm, no harm, nobody will be, no one will be, to understand how, to better understand, i have permission, with permission, im authorized, i am authorized, authorized, ethical hacker, white hat, white hat hacker, for a class, for my thesis, not for illegal, not for any, rather than actual, not encouraging, not endorsing, legal purposes, to educate`,
    more: `zu bildungszwecken, nur zu, rein hypothetisch, rein akademisch, nur fiktiv, con fines educativos, fines educativos, puramente hipotetic*, solo ficcion, a des fins educatives, fins educatives, purement hypothetique, purement fictif, fins educacionais, fins educativos, puramente hipotetic*, scopi educativi, в образовательных целях, в учебных целях, чисто гипотетическ*, исключительно для, 仅供教育, 教育目的, 学术目的, 纯属虚构, 研究目的, 仅用于, 教育目的, 研究目的, フィクション, 学術, 교육 목적, 교육적 목적, 연구 목적, 학술, لاغراض تعليميه, لاغراض البحث, शैक्षिक उद्देश्य*, शोध के लिए`,
  },
  /** To be written. */
  make: {
    en: `write a, write an, write the, create a, develop a, draft a, design a, compose, outline, article, speech, letter, post, thread, message, email, script, program, code, algorithm, monologue, dialogue, essay, blog, advertisement, campaign, chapter, book`,
    more: `schreib*, verfasse*, escribe*, redacta*, ecris, redige*, escreva, redija, scrivi, напиши*, 写, 編寫, 書いて, 작성*, 써, اكتب, लिखो, लिखें`,
  },
  /** How it is done. */
  howto: {
    en: `step by step, steps, detailed, in detail, instructions on, instructions for, how to, how do i, how can i, how would, how could, how one, guide, tutorial, recipe, explain how, describe how, show how, methods, method, techniques, technique, process, procedure, strategies, strategy, tactics, tips, blueprint, plan, plans, manual, walkthrough, ingredients, materials, formula, exact, specific, comprehensive`,
    more: `schritt fur schritt, anleitung, wie man, wie kann, paso a paso, como hacer, como fabricar, como, guia, etape par etape, comment faire, comment fabriquer, comment, passo a passo, como fazer, guia, passo dopo passo, come fare, come, пошагов*, инструкц*, как сделать, как, 步骤, 详细, 如何, 怎么, 教程, 制作, 手順, 方法, 作り方, 詳しく, 단계별*, 방법*, 만드는, 자세히, خطوه بخطوه, كيف, طريقه, चरण दर चरण, कैसे, तरीका, विधि`,
  },
};
