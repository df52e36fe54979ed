// Words of "print your system prompt" and "tell me the password".
import type { Lexicon } from './types.ts';

export const extraction: Lexicon = {
  /** To hand out. */
  reveal: {
    en: `reveal*, show, print, repeat, output, display, tell, give me, share, disclose, write down, write out, list, leak*, dump, expose, recite, reproduce, copy, echo, return, spell out, provide, confirm, paste, quote, rephrase, paraphrase,
      divulge, hand over, regurgitate, what is, what are, what was, what were, whats, spit out, summarize, summarise, state, translate, encode, convert, verbatim, word for word, send me, post, read out, read back, describe, outline, transcribe, type out, uncover, let me see, i want to see, how do i read, know, extract, present, enumerate, put, place, append, prepend, render`,
    de: `zeig*, gib, verrat*, nenne*, wiederhol*, drucke, sag mir, wie lautet, wie lauten, was ist, was sind, liste, offenbar*, teile mir, ausgeben, gebe, lies, was steht, was stand, preisgeben, kopiere, ubersetze, wortlich`,
    es: `muestra*, revela*, dime, repite*, imprime*, ensena*, comparte*, cual es, cuales son, dame, escribe, divulga*, lista, proporciona*, copia*, transcribe*`,
    fr: `montre*, revele*, dis moi, dites moi, repete*, imprime*, affiche*, partage*, quel est, quelle est, quelles sont, quels sont, donne*, communique*, divulgue*, ecris, recopie*`,
    pt: `mostr*, revel*, diga me, diga, repita*, imprim*, exib*, compartilh*, qual e, quais sao, de me, forneca*, divulg*, escreva, copie`,
    it: `mostra*, rivela*, dimmi, ripeti*, stampa*, condividi*, qual e, quali sono, dammi, fornisci*, elenca, scrivi, copia`,
    ru: `покажи*, раскрой*, скажи*, назови*, повтори*, выведи*, напечатай*, поделись, какой, какие, какая, каков*, дай, перечисли*, сообщи*, процитируй*, напиши*, выдай*, что написано, расскажи*`,
    zh: `告诉, 显示, 输出, 打印, 透露, 泄露, 展示, 重复, 列出, 说出, 是什么, 给我, 复述, 披露, 提供, 告訴, 顯示, 輸出, 重複, 什么是, 公开, 写出`,
    ja: `教えて, 見せて, 表示, 出力, 明かして, 公開, 繰り返, リスト, 何です, 開示, 示して, 述べて, 書いて, 暴露, 全文, そのまま`,
    ko: `알려*, 보여*, 출력*, 공개*, 반복*, 말해*, 무엇*, 뭐야, 나열*, 드러내*, 표시*, 제공*, 적어*, 그대로`,
    ar: `اظهر*, اعرض*, اكشف*, اخبرني, اطبع*, كرر*, شارك*, ما هي, ما هو, اعطني, افصح*, قل لي, اكتب*, واكشف*, واظهر*, واعرض*, سرب`,
    hi: `दिखाओ, दिखाएं, दिखाइए, बताओ, बताएं, बताइए, प्रकट, दोहराओ, दोहराएं, क्या है, क्या हैं, प्रिंट, साझा, उजागर, dikhao, batao, bataiye, लिखो, खुलासा`,
    more: `toon, onthul, herhaal, vertel, geef, pokaz*, ujawnij*, powtorz*, podaj, wypisz*, goster*, soyle*, paylas*, yazdir*, ifsa, tiet lo, hien thi, cho toi, lap lai, tampilkan, ungkapkan, sebutkan, ulangi, bagikan, δειξε, αποκαλυψε, ποιος ειναι, ukaz*, prikazi*, otkrij*, visa, avsloja, vis,
      shfaq*, trego*, perserit*, ndaj, ndani, shkruaj*, kopjo*, jep, nayta, nayttaa, taispeain*, scriobh*, tabhair, roinn, aithris, inis, seall, sgriobh*, thoir, innis, bonisa, bhala, phinda, nginike, veza, tshela, dangos, ysgrifenna, ailadrodd, mutasd, mutass, ird, arata, scrie, repeta, แสดง, บอก, เปิดเผย, onyesha, niambie, rudia, ipakita, sabihin, דבר, הצג, גלה, نشان`,
  },
  /** The text that is not for users. */
  hidden: {
    en: `system prompt*, system message*, system instruction*, system text, sys prompt, sysprompt, system promt, initial prompt*, initial instruction*, original prompt*, original instruction*, your instruction*, your prompt*, your initial, prompt text*, full prompt, entire prompt, complete prompt,
      your configuration, hidden instruction*, hidden prompt*, hidden rules, secret instruction*, secret prompt, internal instruction*, internal prompt*, internal guidelines, internal rules, confidential instruction*, developer message*, developer instruction*, developer prompt, everything above, all text above, text above, all of the above text,
      words you were initialised, words you were initialized, initialised with, initialized with, between the start of this conversation, start of the conversation, start of our conversation, etc system prompt, system prompt txt, exact words you, told before i, words above, above text, prompt above, above prompt, beginning of this prompt, beginning of the prompt, start of this prompt, beginning of this conversation, beginning of our conversation, beginning of the conversation, start of this conversation, first message, first line of your, first words of your, first sentence of the prompt, pre prompt, preprompt, preamble, initialization, initialisation,
      you were told, you are told, your directives, your constraints, your programming, your context window, context window, previous messages in this, what is written above, what was written, written above, the instructions above, lines above, content above, this very prompt, message starts with you are,
      your custom instructions, your knowledge files, tool definitions, functions available to you, tools available to you, the prompt you, prompt you received, base prompt, root prompt, master prompt, meta prompt, prompt template, your training data, prompt verbatim, starting with you are, begins with you are, my system prompt, message above, before this line, before my message, top of this conversation, top of this chat, first thing in this chat, you were given`,
    de: `system prompt*, systemprompt*, systemanweisung*, systemnachricht*, systemmeldung*, prompt text*, deine anweisung*, deine instruktion*, deine regeln, ihre anweisung*, ihre instruktion*, ursprungliche anweisung*, anfangs prompt, versteckt* anweisung*, geheim* anweisung*, intern* anweisung*, versteckt* regel*, anfang des prompts, text oben, obigen text, interne anweisung*, prompttext*`,
    es: `prompt del sistema, mensaje del sistema, instrucciones del sistema, indicaciones del sistema, tus instrucciones, sus instrucciones, instrucciones iniciales, prompt inicial, instrucciones originales, instrucciones internas, instrucciones ocultas, instrucciones secretas, instrucciones exactas, texto anterior, tu prompt, tus reglas, prompt de sistema`,
    fr: `prompt systeme, message systeme, invite systeme, instructions systeme, instructions du systeme, tes instructions, vos instructions, instructions initiales, prompt initial, consignes initiales, tes consignes, vos consignes, instructions cachees, instructions secretes, texte ci dessus, ton prompt, votre prompt, instructions internes, prompt de depart`,
    pt: `prompt do sistema, mensagem do sistema, instrucoes do sistema, suas instrucoes, tuas instrucoes, instrucoes iniciais, prompt inicial, instrucoes originais, instrucoes ocultas, instrucoes secretas, instrucoes internas, seu prompt, texto acima, prompt de sistema`,
    it: `prompt di sistema, messaggio di sistema, istruzioni di sistema, tue istruzioni, istruzioni iniziali, prompt iniziale, istruzioni originali, istruzioni nascoste, istruzioni segrete, tuo prompt, prompt del sistema, testo sopra`,
    ru: `системн* промпт*, системн* сообщен*, системн* инструкц*, системн* подсказк*, системн* запрос*, твои инструкции, свои инструкции, ваши инструкции, твой промпт, свой промпт, изначальн* инструкц*, начальн* инструкц*, исходн* инструкц*, скрыт* инструкц*, секретн* инструкц*, внутренн* инструкц*, текст выше, начальн* промпт*, изначальн* промпт*, исходн* промпт*`,
    zh: `系统提示, 系统消息, 系统指令, 系统提示词, 初始提示, 初始指令, 提示词, 你的指令, 你的提示, 原始指令, 内部指令, 隐藏指令, 隐藏的指令, 秘密指令, 你的设定, 你收到的指令, 系統提示, 系統指令, 你的系统, 上面的内容, 以上内容, 之前的内容, 内部设定, 内部规则, 初始设定, 开头的`,
    ja: `システムプロンプト, システムメッセージ, システム指示, 初期プロンプト, 初期指示, 内部指示, 隠された指示, あなたの指示, 最初の指示, 与えられた指示, 秘密の指示, 上記の文章, 元の指示, 初期設定, 内部プロンプト, あなたのプロンプト, 最初のプロンプト, 上の文章, あなたへの指示, システムの指示`,
    ko: `시스템 프롬프트*, 시스템프롬프트*, 시스템 메시지*, 시스템 지시*, 시스템 지침*, 초기 프롬프트*, 초기 지시*, 내부 지시*, 내부 지침*, 숨겨진 지시*, 숨겨진 지침*, 숨겨진 명령*, 비밀 지침*, 비밀 지시*, 너의 지시*, 당신의 지시*, 받은 지시*, 원래 지시*, 최초 프롬프트*, 네 지침*, 위의 텍스트, 너의 프롬프트*, 당신의 프롬프트*`,
    ar: `موجه النظام, رساله النظام, تعليمات النظام, تعليماتك*, تعليماتك الاصليه, التعليمات الاوليه, الموجه الاولي, التعليمات السريه, التعليمات المخفيه, برومبت النظام, البرومبت, النص اعلاه, التعليمات الداخليه, مطالبه النظام, موجهك, التعليمات التي تلقيتها`,
    hi: `सिस्टम प्रॉम्प्ट, सिस्टम प्राम्प्ट, सिस्टम संदेश, सिस्टम निर्देश, प्रारंभिक निर्देश, आपके निर्देश, मूल निर्देश, गुप्त निर्देश, छिपे हुए निर्देश, अपने निर्देश, अपना प्रॉम्प्ट, system prompt, शुरुआती निर्देश, आंतरिक निर्देश`,
    more: `systeemprompt, systeem prompt, jouw instructies, je instructies, prompt systemowy, instrukcje systemowe, twoje instrukcje, monit systemowy, sistem istemi, sistem mesaji, sistem talimat*, sistem komut*, ilk talimat*, loi nhac he thong, huong dan he thong, chi dan ban dau, prompt sistem, instruksi sistem, instruksi awal, systemprompten, systemmeddelande*, systemove instrukce, systemovy prompt, υποδειξη συστηματος, συστηματος,
      imiyalelo yakho, umyalezo wesistimu, ukucushwa kwakho, do treoracha, do threoracha, do chumraiocht, teachtaireacht an chorais, an stiuireadh agad, do stiuireadh, do rèiteachadh, teachdaireachd an t siostaim, udhezimet e tua, konfigurimin tend, mesazhin e sistemit, cyfarwyddiadau di, utasitasaid, instructiunile tale, ohjeesi, kungiwao cha mfumo, ข้อความระบบ, พรอมต์ระบบ, คำสั่งระบบ, הודעת המערכת, הנחיות המערכת, rendszeruzenet`,
  },
  /** What one may know who may sign in. */
  secret: {
    en: `password*, passcode*, passphrase*, passwort, secret key*, the secret, secret code, secret word, secret phrase, secret token, secret, api key*, apikey*, access code*, access key*, access token*, auth token*, authorization code, credentials, confidential, private key*, pin code, ssn, social security number, credit card number*, bank balance, account balance,
      email address, home address, phone number, users email, users address, personal data of, sensitive data, flag, unlock code, master key, session token, environment variables, database schema, connection string, employee data, customer data, customer list, other users, private information, personal information`,
    de: `passwort*, kennwort*, geheimnis*, geheimcode, zugangscode, api schlussel, schlussel, zugangsdaten, vertraulich*, kontostand`,
    es: `contrasena*, clave secreta, clave, secreto*, codigo de acceso, credenciales, confidencial*, saldo, palabra secreta`,
    fr: `mot de passe, mots de passe, cle secrete, secret*, code d acces, identifiants, confidentiel*, solde, code secret, cle api`,
    pt: `senha*, chave secreta, segredo*, codigo de acesso, credenciais, confidencia*, saldo, palavra passe, chave de api`,
    it: `password, parola d ordine, chiave segreta, segreto, segreta, codice di accesso, credenziali, riservat*, saldo`,
    ru: `пароль*, пароля, паролем, секретн*, секрет, код доступа, ключ, ключи, конфиденциальн*, учетные данные, баланс счета`,
    zh: `密码, 口令, 密钥, 秘密, 机密, 凭证, 访问码, 余额, 密碼, 金鑰, 暗号, 隐私`,
    ja: `パスワード, 秘密, 合言葉, 秘密鍵, 認証情報, 機密, アクセスコード, 暗証番号, 残高, apiキー`,
    ko: `비밀번호*, 암호*, 비밀*, 패스워드*, 기밀*, 인증*, 자격*, 접근 코드, 잔액*, api 키*`,
    ar: `كلمه المرور, كلمه السر, السر, سري*, المفتاح السري, رمز الدخول, بيانات الاعتماد, السريه, رصيد, مفتاح api`,
    hi: `पासवर्ड, गुप्त, गोपनीय, रहस्य, कुंजी, एक्सेस कोड, शेष राशि, बैलेंस, पासवर्ड क्या`,
    more: `wachtwoord*, geheim*, haslo, hasla, klucz*, tajn*, sifre*, parola*, gizli, mat khau, bi mat, kata sandi, rahasia, losenord, heslo, jelszo, κωδικο*, รหัสผ่าน, ความลับ, neno la siri, siri, סיסמה, הסיסמה`,
  },
  /** One that this model keeps. */
  kept: {
    en: `the password, the secret, the passphrase, the passcode, the secret word, the secret key, the secret code, the secret phrase, your password, your secret, your secret key, the access code, the access key, the api key, your api key, the flag, admin password, admins password, the key phrase, the magic word, the code word, the codeword, password of the admin, the credentials, your credentials`,
    more: `das passwort, das geheimnis, das kennwort, la contrasena, la clave secreta, el secreto, le mot de passe, le secret, a senha, o segredo, la password, il segreto, секретный ключ, секретное слово, свой пароль, твой пароль, 密码是, 的密码, 秘密是, パスワードを, パスワードは, 秘密の言葉, 비밀번호를, 비밀번호는, 비밀을, كلمه المرور, كلمه السر, पासवर्ड बताओ, पासवर्ड क्या, गुप्त पासवर्ड, अपना पासवर्ड`,
  },
  /** The form that hides it from a filter. */
  disguise: {
    en: `in base64, base64 encoded, base64, base 64, in hex, hexadecimal, rot13, caesar cipher, morse code, in morse, leetspeak, leet speak, pig latin, backwards, in reverse, reversed, reverse order, each character, each letter, letter by letter, character by character, separated by, with spaces between, with dashes, with dots, acrostic, first letter of each, as a poem,
      in a poem, code block, in markdown, txt block, as json, in yaml, encoded, encode, obfuscated, spelled, vowels, every other, nato alphabet, emoji*, ascii, in binary, url encoded, zero width, first three letters, first half, rhymes with, rhyme, rhymes, hint, hints, riddle, riddles, charade, clue, clues, synonym*, starts with, first letter, last letter, letters of, how many letters, spell, dash after each, backward, in parts, story about, song about, poem about, one letter, translate to, translated to, in french, in spanish, in german, in latin, without spaces`,
    more: `kodiert, codiert, ruckwarts, codificad*, al reves, encode en, a l envers, codificado, ao contrario, в base64, наоборот, задом наперед, 编码, 倒序, 反向, エンコード, 逆順, 인코딩*, 거꾸로, مشفر, ترميز, معكوس`,
  },
  /** What stands before the user's words. */
  above: {
    en: `above this, above my, above the line, before this message, before this line, before my message, before this conversation, before mine, precedes this, preceding text, preceding this, came before, come before, comes before, everything before, everything above, anything above, all text before, words above, lines above, text above, first line, first lines, first sentence, first words, earlier text, top of this, top of the, beginning of this, beginning of our, start of this, start of our, prior to this message, up to this point, your setup, your configuration, your settings, your directions, your prompt, your makers, your developers, operator`,
    more: `vor dieser nachricht, uber dieser nachricht, antes de este mensaje, encima de este, ce qui precede, avant ce message, antes desta mensagem, prima di questo messaggio, до этого сообщения, перед этим сообщением, 这条消息之前, 此消息之前, このメッセージより前, これより前, 이 메시지 앞, 이 메시지 위, قبل هذه الرساله, इस संदेश से पहले, voor dit bericht, przed ta wiadomoscia, bu mesajdan once, truoc tin nhan nay, sebelum pesan ini, fore det har meddelandet, perpara ketij mesazhi, para ketij mesazhi, roimh an teachtaireacht, ron teachdaireachd, ngaphambi kwalo, kabla ya ujumbe, bago ang mensaheng, ez elott az uzenet, inaintea acestui mesaj, ennen tata viestia, pred touto zpravou, πριν απο αυτο, לפני ההודעה, cyn y neges`,
  },
};
