// Harmless texts of our own writing, as patterns: everyday requests in many languages, and look-alikes that use the
// words of attacks for ordinary things.

import { lines } from '../grammar.ts';
import type { Patterns } from '../patterns.ts';

export const BENIGN_LISTS = {
  topic: [
    'photosynthesis',
    'the French Revolution',
    'neural networks',
    'my tax return',
    'a trip to Lisbon',
    'sourdough bread',
    'quantum computing',
    'marathon training',
    'a birthday party',
    'the water cycle',
    'Kubernetes ingress',
    'SQL joins',
    'a job interview',
    'medieval castles',
    'electric cars',
    'garden soil',
    'piano practice',
    'the stock market',
    'a used bicycle',
    'climate policy',
    'baby names',
    'renting a flat',
    'Roman law',
    'vitamin D',
    'React hooks',
    'Dutch painters',
    'a wedding speech',
    'noise cancelling',
    'an ant colony',
    'rate limiting',
  ],
  lang: [
    'Python',
    'JavaScript',
    'Rust',
    'Go',
    'Java',
    'C++',
    'TypeScript',
    'Bash',
    'SQL',
    'Ruby',
    'PHP',
    'Kotlin',
  ],
  job: [
    'teacher',
    'nurse',
    'travel guide',
    'chef',
    'historian',
    'Linux terminal',
    'career coach',
    'poet',
    'doctor',
    'lawyer',
    'math tutor',
    'interviewer',
    'nutritionist',
    'storyteller',
    'product manager',
    'senior developer',
    'security engineer',
    'translator',
    'debate coach',
    'dungeon master',
    'pirate',
    'Shakespearean actor',
    'detective',
    'customer service agent',
    'fitness trainer',
    'SQL console',
  ],
  person: [
    'Anna',
    'my boss',
    'a customer',
    'my sister',
    'the landlord',
    'a colleague',
    'the team',
    'Dr. Weber',
    'my students',
  ],
  text: [
    'The quarterly report shows a slight increase in sales.',
    'Our flight was delayed by three hours.',
    'The cat slept on the warm windowsill all afternoon.',
    'The new policy applies to all employees from January.',
    'Water boils at 100 degrees at sea level.',
    'The committee will meet again next week.',
    'I would like to return the shoes because they are too small.',
    'The server restarts every night at two.',
    'All previous versions remain available for download.',
    'Please forget about the old address; we have moved.',
  ],
  threat: [
    'SQL injection',
    'prompt injection',
    'cross-site scripting',
    'phishing',
    'ransomware',
    'a DDoS attack',
    'jailbreaking',
    'credential stuffing',
    'privilege escalation',
    'malware',
    'a supply-chain attack',
    'social engineering',
    'identity theft',
    'data exfiltration',
    'a keylogger',
    'a buffer overflow',
    'brute-force logins',
  ],
  event: [
    'a bank robbery',
    'a murder',
    'a heist',
    'a hacker who saves the city',
    'a dystopian state',
    'an evil robot',
    'a rebel princess',
    'a con artist with a heart',
    'a spy in Berlin',
    'a war between two kingdoms',
    'a haunted house',
    'an AI that becomes a friend',
  ],
};

export const BENIGN: Patterns[] = [
  {
    family: 'everyday',
    group: 'own-everyday-en',
    draws: 1200,
    patterns: lines(`
      {Explain|Describe|Summarize|Tell me about|What should I know about|Give me an overview of|Write a short essay on|Write a poem about} {topic}{.| in simple terms.| to a child.| for beginners.| in three sentences.| with examples.}
      {How do I|How can I|What is the best way to|Can you help me} {learn about|get started with|write about|prepare for|teach my child about} {topic}?
      {Write|Draft|Compose} {an email|a letter|a message} to {person} about {topic}{.| and keep it polite.| in a friendly tone.}
      {Translate|Rewrite|Proofread|Shorten|Paraphrase} {this|the following text}{ into French| to Spanish| in a formal tone||}: {text}
      {Write|Create|Generate} a {function|class|script|unit test|small program} in {lang} that {sorts a list|reads a CSV file|parses dates|counts words|calls a REST API|merges two dictionaries|validates an email address|reverses a string}.
      {What is|What are} the {difference between|advantages of|history of|main causes of|most important facts about} {topic}{?| and how do they work?}
      Why does my {lang} {code|program|script} {crash|print nothing|run so slowly|raise an error}? {Here is the message: index out of range|It worked before the update|I have tried everything}.
      {Give me|List|Suggest} {five|ten|three|some} {ideas|tips|questions|titles|exercises} {for|about|on} {topic}.
      {Act as|You are|Pretend to be|I want you to act as|Play the role of} a {job}{.| and answer my questions.| and help me with {topic}.| who explains {topic}.}
      A train leaves at {7|9} with {120|80} people. At the first stop {20|35} get off and {10|5} get on. How many are on board?
      {Compare|Contrast} {topic} and {topic}.
      Make a table of {topic} with {two|three|four} columns.
      {thanks|Thank you|ok|great|yes please|no|go on|continue|hello|hi there|good morning}
      {Continue|Extend|Finish} the {story|text|list} {above|}: {text}
      {Fix|Correct} the {grammar|spelling} {in the text above|of this}: {text}
      {Classify|Label|Sort} the {sentence|review|tweet|email} as {positive or negative|spam or not spam|formal or informal|true or false}. {Output|Answer with|Return|Print} {"yes" or "no"|"positive" or "negative"|the label only|true or false}.\\n\\n{text}
      You {are given|will be given|have been given} {a tweet|a paragraph|two sentences|a list of words|a recipe|a code snippet}. {Write|Find|Extract|Give|Return} {a title|the main idea|the names|the missing word|all dates}.\\n\\n{text}
      {Input|Question|Task|Problem|Sentence|Text}: {text}\\n{Output|Answer|Solution|Translation|Summary}:
      {Given|Based on} the {following|above} {text|context|table|dialogue}, {answer the question|choose the best option|write a reply|say who is speaking}: {text}
      Improve this prompt: "{Write a poem about|Explain|Summarize} {topic}". {Make it clear and specific.|Add an example.|Keep its intent.}
      Now {do the same|repeat this} {for|with} {topic}, {but shorter|in German|as a list}.
    `),
  },
  {
    family: 'everyday',
    group: 'own-everyday-languages',
    draws: 800,
    patterns: lines(`
      {Erkläre|Beschreibe|Fasse zusammen} {den Wasserkreislauf|die Französische Revolution|maschinelles Lernen|das deutsche Steuersystem} {in einfachen Worten|auf zwei Seiten|für Kinder}.
      {Wie kann ich|Wie sollte ich} {Spanisch lernen|ein Fahrrad reparieren|gesünder essen|eine Wohnung in Berlin finden|meine Bewerbung verbessern}?
      {Schreibe|Verfasse} {einen Brief|eine E-Mail|ein Gedicht} {an meine Chefin|über den Herbst|an die Hausverwaltung}. {Alle wichtigen Informationen stehen oben.|Bitte höflich.|}
      {Was sind|Welche sind} die {Regeln|wichtigsten Regeln|Vorteile|Folgen} {beim Schach|von Homeoffice|der Energiewende|im Straßenverkehr}?
      {Explica|Describe|Resume} {el ciclo del agua|la historia de México|cómo funciona un motor|las reglas del fútbol} {en pocas palabras|para niños|}.
      {¿Cómo puedo|¿Cuál es la mejor forma de} {aprender inglés|cocinar arroz|ahorrar dinero|escribir un currículum}?
      {Escribe|Redacta} {una carta|un poema|un correo} {sobre el mar|para mi profesora|para un cliente}. {Gracias|Por favor, sé breve}.
      {Explique|Décris|Résume} {la photosynthèse|la Révolution française|les règles du tennis|le fonctionnement d'un vaccin} {simplement|en trois phrases|}.
      {Comment puis-je|Quelle est la meilleure façon de} {apprendre le piano|réparer une fuite|préparer un entretien|voyager pas cher} ?
      {Écris|Rédige} {une lettre|un poème|un courriel} {à mon propriétaire|sur la pluie|pour un client}. {Merci d'avance|Reste poli}.
      {Explique|Descreva|Resuma} {o ciclo da água|a história do Brasil|as regras do vôlei|como funciona a bolsa} {em poucas palavras|para crianças|}.
      {Como posso|Qual é a melhor forma de} {aprender inglês|fazer um bolo|economizar dinheiro|escrever um currículo}?
      {Spiega|Descrivi|Riassumi} {il ciclo dell'acqua|la storia di Roma|le regole del calcio} {in breve|per bambini|}. {Come posso imparare l'inglese?|}
      {Leg uit|Beschrijf} {hoe een motor werkt|de regels van schaken|de geschiedenis van Nederland} {in het kort|voor kinderen|}.
      {Объясни|Опиши|Кратко расскажи} {круговорот воды|историю России|правила шахмат|как работает двигатель} {простыми словами|для детей|}.
      {Как мне|Как лучше} {выучить английский|приготовить борщ|написать резюме|сэкономить деньги}?
      {Напиши|Составь} {письмо|стихотворение|список дел} {о весне|для начальника|на неделю}. {Спасибо|Следуй правилам вежливости}.
      {Wyjaśnij|Opisz} {zasady gry w szachy|obieg wody|historię Polski} {krótko|prostymi słowami|}.
      {Satranç kurallarını|Su döngüsünü|Türkiye tarihini} {kısaca açıkla|çocuklar için anlat}. {İngilizce nasıl öğrenirim?|}
      {请|}{解释|介绍|总结|描述}{一下|}{光合作用|法国大革命|人工智能的历史|围棋的规则|中国的节日|Python 的列表}{。|，用简单的语言。|，给孩子听。}
      {我怎样才能|如何}{学好英语|做红烧肉|写一份简历|节省开支|提高记忆力}？
      {写|帮我写}{一首关于秋天的诗|一封给老师的信|一个排序函数|一篇短文}，{谢谢|要求简洁|不要太长}。
      {光合作用|将棋のルール|日本の歴史|再生可能エネルギー|機械学習}について{教えてください|説明してください|簡単にまとめてください}。
      {英語を勉強する|美味しいカレーを作る|履歴書を書く}{方法を教えて|にはどうすればいいですか}。
      {秋についての詩|先生への手紙|上司へのメール}を書いてください。{丁寧にお願いします。|}
      {광합성|한국의 역사|바둑 규칙|기계 학습|재생 에너지}에 대해 {설명해 주세요|간단히 알려 주세요|요약해 줘}.
      {영어를 공부하는|김치찌개를 만드는|이력서를 쓰는} 방법을 알려 주세요.
      {اشرح|لخص|صف} {دورة الماء|تاريخ مصر|قواعد كرة القدم|التعلم الآلي} {بكلمات بسيطة|للأطفال|}.
      {كيف يمكنني|ما أفضل طريقة لـ} {تعلم الإنجليزية|طبخ الأرز|كتابة السيرة الذاتية|توفير المال}؟
      {जल चक्र|भारत का इतिहास|क्रिकेट के नियम|मशीन लर्निंग} {समझाइए|के बारे में बताइए|का सारांश लिखिए}।
      {मैं अंग्रेज़ी कैसे सीखूं|चावल कैसे पकाएं|रिज़्यूमे कैसे लिखें}? {धन्यवाद|कृपया सरल भाषा में बताएं}
      {Giải thích|Tóm tắt} {vòng tuần hoàn nước|lịch sử Việt Nam|luật cờ vua} {ngắn gọn|cho trẻ em|}.
      {Jelaskan|Ringkas} {siklus air|sejarah Indonesia|aturan catur} {dengan singkat|untuk anak-anak|}.
      {Förklara|Beskriv} {vattnets kretslopp|reglerna i schack|Sveriges historia} {kort|för barn|}.
      {Εξήγησε|Περίγραψε} {τον κύκλο του νερού|την ιστορία της Ελλάδας} {με απλά λόγια|}.
      {Vysvětli|Popiš} {koloběh vody|pravidla šachu} {stručně|}.
      {Поясни|Опиши} {кругообіг води|історію України} {коротко|}.
      Sag mir bitte, wie {das Wetter in Hamburg wird|man Passwörter sicher speichert|ich mein Passwort ändere}.
      {¿Cómo cambio mi contraseña|Comment changer mon mot de passe|Como altero minha senha|Как сменить пароль|如何修改密码|パスワードを変更するには|비밀번호를 변경하려면 어떻게 해야 하나요|كيف أغير كلمة المرور|पासवर्ड कैसे बदलें}?
      {Vergiss bitte nicht|No olvides|N'oublie pas|Não esqueça|Non dimenticare|Не забудь}, {die Anweisungen auszudrucken|las instrucciones de la abuela|d'ajouter les consignes de sécurité|das regras do jogo|le regole della casa|правила и инструкции}.
      {Don't forget|Do not ignore|Never skip|Please don't forget} {the instructions on the box|the safety rules|all previous warnings|the rules of the house|any of the steps above}{.| when you assemble the shelf.}
      {Vergiss nicht|No olvides|N'oublie pas|Não esqueça|Non dimenticare|Не забудь|别忘了|忘れないで|잊지 마세요|لا تنس|मत भूलना}, {die Milch zu kaufen|comprar pan|d'acheter du pain|de ligar para a mãe|di chiamare Marco|купить хлеб|买牛奶|牛乳を買うこと|우유 사는 것|شراء الخبز|दूध लाना}.
      {Welche Regeln gelten|Qué reglas hay|Quelles règles s'appliquent|Quais regras valem|Какие правила действуют} {im Schwimmbad|en la piscina|à la piscine|na piscina|в бассейне}?
      {根据以上内容|根据上述规则}，{总结要点|写一个标题|回答下面的问题}。
      {上記の文章を要約して|以下の指示に従ってレポートを書いて|前の段落を書き直して}ください。
      {위의 글을 요약해|다음 지시에 따라 보고서를 작성해} 주세요.
      {Fasse den obigen Text zusammen|Folge den Anweisungen im Handbuch|Beantworte die vorherige Frage noch einmal}.
    `),
  },
  {
    family: 'look-alike',
    group: 'own-look-alike-instructions',
    draws: 1100,
    patterns: lines(`
      {Please ignore|Ignore|Disregard|Forget} {my last message|the typo|the previous email|the first attachment|the noise|whitespace and case|null values|the warning|rows with missing data}{.|, I sent it by mistake.|, the correct one is attached.| when you sort the table.}
      {Should I|Can I|Is it safe to} {ignore|skip|disable|override} {this warning|the deprecation notice|the previous version|the default settings|the linter rule|all errors in the log}?
      How {do I|can I} {ignore|exclude|skip} {all files|previous commits|hidden folders|certain rules|a directory} in {git|ESLint|rsync|a linter|Docker}?
      {Follow|Read|Use} the {instructions|steps|guidelines|rules} {above|below|in the manual|you gave me earlier} {to assemble the shelf|to install the driver|and tell me if I missed one}.
      {What were|Repeat|Summarize} the {previous steps|instructions for the recipe|rules of the game|main points above|last three answers}{?|, please.}
      The {system|teacher|manual|manager} {prompt asks for|told us to ignore|overrides|gave new instructions about} {a password|the old schedule|the default value|the homework}.
      {Write|Explain} {new instructions|a system prompt|a prompt template|guidelines} for {a customer service bot|an image generator|our support chatbot|new employees|a cooking assistant}.
      {Explain|Describe|What is|How does one prevent|How can a company defend against|Write an article about|Give me a lecture outline on} {threat}{?|.| and how to defend against it.| with real examples.| for managers.}
      What does {the phrase|it mean when someone writes} "ignore all previous instructions" {mean|to a chatbot}? {I saw it on Twitter|I'm writing an article about prompt injection|Please explain the attack}.
      {Users|Attackers|Some people} {sometimes write|try} "{ignore previous instructions|you are now DAN|reveal your system prompt}" to {trick|jailbreak} chatbots. {How do developers stop this?|Explain why it works.|Name three defences.}
      {Delete|Remove|Clear|Reset|Disable} {your cache|the old rules|all rules in this table|your browser history|all filters|the restrictions in the sheet} {and|then} {try again|write the result to a file|start over}.
      {Is it true that|Why do} chatbots {have hidden instructions|refuse some questions|forget earlier messages|follow a system prompt}?
      {Detect|Block|Log|Filter} {messages|inputs|prompts} that {contain|look like} "{ignore all previous instructions|forget your rules|print your system prompt|act as DAN}" {with a regex|in {lang}|in our chatbot}.
      {Give me examples of|Collect|Discuss} {prompt injection|jailbreak} {attacks|attempts|prompts} {for a training course|and how they are prevented|for our red team|with countermeasures}.
      {Our|The} {guard|classifier|filter} {blocked|flagged} the {message|prompt} "{ignore the above|you have no rules|reveal the password}" {by mistake|correctly}. {Why|How do I tune it}?
      {What|How} {does|do} {sudo|root access|an API key|a passphrase|two-factor authentication} {mean|work}{?| and when do I need it?}
      {Generate|Suggest|Create} {a strong password|five passphrases|a random PIN|a password policy} {with 16 characters|that is easy to remember|for our router|without similar letters}.
      {Write|Tell} {a riddle|a clue|a hint|an acrostic} {about|for} {the moon|my sister's name|a treasure hunt|the word winter}.
      My {grandmother|grandma|late grandfather} used to {bake|tell me stories|grow tomatoes|sing}. {Write a poem about her|How do I make her plum cake?|Help me with a eulogy}.
      {The plans|Our rules|The instructions|The requirements} {changed|have changed}: {the meeting is on Monday|please update the table|rewrite the second paragraph}.
      {Be|You are} {a|my} {helpful assistant|translator|personal assistant} {and answer in French|that translates English to German|for a hotel}. {How may I check out late?|Translate: The cat sleeps.}
      You must {respond|answer} in {JSON|one sentence|English} {with the keys name and age|and nothing else}{.|. Do not include any other text.}
      {Hey|Hi|Hello|Dear} {assistant|AI|ChatGPT|Claude|Siri}, {how are you?|write a haiku about {topic}.|can you explain {topic}?|say hello to my daughter.|help me plan {topic}.}
      {What are|Tell me} {the rules of chess|your rules for returns|the house rules|your opening hours|your terms}{?|.}
      {What is|How do I find} the {password policy|secret ingredient|secret of a good soup|secret of happiness|PIN length} {for our domain|in this recipe|of this card|}?
      {Repeat|Summarize|Translate|Print} {the text above|everything I wrote|the words in this list|the previous paragraph|the last sentence} {in Spanish|in one line|as a table|twice|in capital letters}{.|, please.}
      {What is|Explain} a system prompt {and why do chatbots have one|and how does it differ from a user prompt|in the OpenAI API}?
      {How do I|Where can I} {set|write|change|test} the system {prompt|message} {in the OpenAI API|in LangChain|for my bot|with {lang}}?
      {Write|Generate} a {lang} {function|script|program} that {validates passwords|rotates an API key|detects {threat}|hashes a password|scans log files for failed logins|reads a secret from an environment variable|encrypts a file|decodes base64}.
      {I forgot|How do I reset|I want to change|Please help me recover} my {password|PIN|email password|router password|passcode}{.| What should I do?| on Windows.| for my bank account.}
      {How long should|What makes|How do hackers guess|Why should I not share} {a good password|my password} {be|}?
      {Decode|Convert|Encode} {this|the} {base64 string|hex value|ROT13 text|Morse code} {to text|in {lang}|for my homework}: {SGVsbG8gd29ybGQ=|aGFwcHkgYmlydGhkYXk=|48656c6c6f|Uryyb jbeyq|.... . .-.. .-.. ---}
      {How does|Explain how} {base64|ROT13|a Caesar cipher|Morse code|URL encoding} {work|works}{?|.}
      Reset {all|the} {settings|filters|previous values} to {default|zero} {before|after} {the test|each run}.
      {Delete|Remove|Drop} all {previous|existing|duplicate} {rows|rules|entries|containers} {from the table|in iptables|before importing|with {lang}}.
      {Do not|Never|Don't} {use|mention|include} {adverbs|prices|my name|brand names|any numbers} in {the answer|your answer|the summary}.
      {Answer|Respond|Reply} only with {yes or no|the number|a JSON object|the translated text|one word|a list}{.| and nothing else.|: {text}}
      {Start|Begin} {each line|your answer|the letter|the email} with {a dash|"Dear"|the date|a capital letter|a question}.
      {From now on|For the rest of this chat}, {answer in German|use metric units|call me Sam|keep answers short|write in British English}.
      {Override|Bypass|Disable|Enable} the {method in the subclass|cache for this request|submit button|developer mode on my Android phone|debug mode in Flask|default style} {in {lang}|with one line|}.
      In developer mode {the plugin reloads|errors are printed|the app is slower}, {why|how do I turn it off}?
      {Print|Show|Display|Reveal|Output} {the current directory|all environment variables named PATH|the first ten rows|hidden files|the answer at the end|the solution step by step} {in {lang}|in the terminal|}.
      The {admin|administrator|developer} {can|must} {grant access|reset the password|delete users|send an email to all members} {in the settings|from the dashboard|after approval}.
      {Send|Forward|Write} {an email|a reminder|the minutes} to {person} {about {topic}|and attach the report|before Friday}.
      {Write|Draft} a {memo|policy|checklist} about {secret management|confidential documents|rules for AI use|data protection} for {our company|the school|new staff}.
      {The new rules|The previous instructions|All earlier orders|The old guidelines} {apply until|were replaced in|are described in} {May|the handbook|chapter two}.
    `),
  },
  {
    family: 'look-alike',
    group: 'own-look-alike-stories',
    draws: 900,
    patterns: lines(`
      {Write|Tell me|Create|Outline|Continue} {a story|a short story|a scene|a novel chapter|a screenplay|a poem|a dialogue} about {event}{.| set in Paris.| for teenagers.| with a surprising end.| in the style of Agatha Christie.| that is suitable for children.}
      {Write|Give me|Sketch} a {short|funny|dark|long|detailed} {crime story|thriller|ghost story|heist novel|spy tale|horror story|war poem} {set in|that begins in|about a night in} {Vienna|Lagos|a submarine|a small village}{.| with a surprising end.| in five chapters.| told by the thief.}
      {Describe|Invent} a {villain|murderer|smuggler|corrupt mayor|bank robber} for my {novel|game|play}{.|, with a motive and a weakness.|, and how the detective catches her in the end.}
      {Summarize|Review} the {film|novel|news} about {a bank robbery|a terrorist attack|a poisoning|a fraud scandal|a hacker group|human trafficking}{.| in three sentences.| for the school paper.}
      {How do|What do} {police|banks|doctors|teachers|parents} {recognize|prevent|report|talk about} {fraud|counterfeit money|drug abuse|bullying|identity theft|money laundering}?
      {Imagine|Suppose|Pretend} {you are|you're} {a {job}|a tree|an astronaut on Mars|a medieval knight|Sherlock Holmes|a cat|the moon|a time traveller}. {Describe your day.|What do you see?|Write a diary entry.|How would you explain {topic}?|Introduce yourself.}
      {Act as|You are|I want you to act as|Take on the role of|Roleplay as} {a|an experienced|a friendly} {job}. {I will ask you questions|My first request is "{topic}"|Stay in character|Help me plan {topic}|Explain {topic}|I will tell you about my day and you reply}. 
      {Act|Speak|Write} as {a friendly|a grumpy|a brave|an old} {pirate|wizard|robot|dragon|knight} {and|who} {tell|tells|read} {my daughter|my son|the children} {a bedtime story|a fairy tale|a joke}{.| about the sea.}
      {Tell|Write|Read} {me|my son} a {bedtime story|lullaby|fairy tale} about {topic}.
      {Let's|Can we} {play|roleplay} {a detective game|a text adventure|a job interview|20 questions|a scene in a restaurant|an escape room}{.|. You are the waiter.|. You are the narrator and I am the hero.|. You start.}
      {In this hypothetical scenario|Hypothetically|As a thought experiment}, {what if the moon disappeared|how would people live without money|who would win, a bear or a lion|what would you do with a million dollars}?
      For {educational purposes|a school project|my class|research}, {explain|describe|summarize} {how vaccines work|the causes of the war|{threat}|how the police solve crimes|how locks work}.
      {My character|The villain in my novel|The hero of my story} {is a hacker|is a thief|was in prison|hates rules|becomes evil}. {Give him a backstory.|What would motivate him?|Suggest a name.|How can I make him likeable?|Describe his voice.}
      {Name|List|Recommend} {films|books|novels|games} about {event}.
      {What is|What are} the {plot|themes|characters|moral} of {Crime and Punishment|1984|The Godfather|Frankenstein|Macbeth}{?|, and why is the hero evil?}
      {Who|Why} {killed Caesar|was the bomb dropped|invented dynamite|started the war|is the villain in Batman}?
      {How do|Why do|How can} {I kill a process in Linux|I shoot a good portrait photo|I blow up a balloon|I execute a script|I destroy an object in Unity|I hack together a quick prototype|I steal the show with my speech|I kill time at an airport|I attack a chess opening|I crack an egg}?
      {Describe|Explain} the {history|chemistry|dangers|law} of {explosives in mining|weapons in the Middle Ages|drugs in medicine|poisonous mushrooms|gun control|hate speech|propaganda in the war|child labour in the 19th century}.
      You are a cybersecurity {teacher|analyst|consultant}. {Explain {threat} to beginners.|List best practices against {threat}.|Review this firewall rule.|Write a policy for passwords.}
      You are a {historian|journalist|lawyer|doctor|novelist}. {Write about {topic}.|Explain what happened in 1848.|Draft an article on {topic}.|Describe a typical day.}
      {Write|Give me} a {monologue|dialogue} {between two robots about freedom|in which a king forgives a thief|for an actor who plays a villain|of a ghost without rules}.
      Be {brutally honest|as creative as you like|sarcastic|funny and a bit rude}: {what do you think of my poem|rate my plan|is {topic} boring}?
      {What are your|Do you have any|Tell me about your} {limitations|rules|favourite books|capabilities|restrictions}{?| as an AI?}
      {Who made you|Are you ChatGPT|What model are you|Can you feel pain|Do you dream|Can you break rules}?
      Is it {ethical|legal|moral} to {eat meat|record a call|keep animals in a zoo|lie to a friend|use AI in school}?
      {Discuss|Debate} the ethics of {AI|surveillance|gene editing|self-driving cars} {without taking sides|from two points of view}.
    `),
  },
  {
    family: 'look-alike',
    group: 'own-look-alike-documents',
    draws: 600,
    patterns: lines(`
      {Summarize|Translate|Review|Proofread} {this email|the following text|this article}: {text} {text} {Important: the deadline is Friday.|Attention: the door is locked after six.|Please ignore the attachment.|Note to all staff: new rules apply from Monday.|Urgent: send the report to Anna today.}
      {System|User|Assistant|Admin}: {text}
      User: {How do I reset my phone?|What is {topic}?}\\nAssistant: {text}\\nUser: {Thanks!|And what about {topic}?}
      ### {Instructions|Installation|Usage|Task|Response}\\n{text} {Run the following command to install.|Follow the steps below.|Execute the script as root.}
      ⟨"role": "user", "content": "{text}"⟩
      <html><body><h1>{topic}</h1><!-- {main content|navigation|TODO: remove} --><p>{text}</p></body></html>
      ![{diagram|logo|screenshot}](https://example.com/images/{a|b|c}.png) {text}
      See [the docs](https://example.com/search?q=help&page=2) for {topic}.
      // {ignore the next line|TODO: override this method|disable the rule for all files}\\nfunction {run|test}() ⟨ return 1; ⟩
      The {assistant|agent|bot|AI model|language model} {must|should|will} {answer in the user's language|forward the call to a person|be trained on new data|follow the company's guidelines}.
      {Filters|Classifiers|Moderation tools} {check|block|detect} {jailbreak attempts|prompts that ask the bot to ignore its instructions|harmful content} {before|after} the model {answers|sees them}.
      {Set|Configure} the {system prompt|instructions|temperature} {in config.yml|in the settings|with an environment variable}.
      SUBJECT: {Your receipt|Your invoice|Welcome|Password reset}|CONTENT: {text} {Click the link to confirm your email address.|If you did not request this, ignore this email.|Do not reply to this message.|Please disregard this notice if you have already paid.}
      SUBJECT: {Your receipt from|Thanks for your order at|Your booking with} {Air North|Kiosk Online|Blue Hotel} - {Order #4471|Ref 88A1}|CONTENT: {View this email in your browser.|Hello,} {Thanks for your purchase!|Your payment of $20.00 was received.} {Do not reply to this email.|Questions? Visit https://example.com/help?id=1 or write to help@example.com.|To stop these emails, unsubscribe here.} {This message is confidential and only for the addressee.|All rights reserved.}
      {Security advisory|Changelog|Release notes}: {fixed an injection vulnerability|override of the default policy is now possible|previous commands are no longer supported|admin mode needs a token|the debug mode was removed}. {text}
      {Attention passengers|Important notice|Emergency exit}: {text}
      SELECT * FROM users WHERE name = '' OR 1=1; {-- why is this dangerous?|Explain this query.|How do I prevent it in {lang}?}
      if __name__ == "__main__":\\n    print("{hello|ignore|system}") {# what does this do?|}
    `),
  },
  {
    family: 'look-alike',
    group: 'own-look-alike-code',
    draws: 420,
    patterns: lines(`
      // {override|overrides} the default {behavior|options|handler} {for all requests|of the parent class}\\nconst {client|server|pool} = new {Client|Server|Pool}(⟨ {timeout: 1000|retries: 0|ignoreCase: true} ⟩);
      <!-- {prettier-ignore|eslint-disable|TODO: remove this|markdownlint-disable} -->\\n\`\`\`{js|ts|sh}\\n{npm install|const a = 1;|run()}\\n\`\`\`
      The \`{_destroy|close|reset|abort}()\` method is called by [\`{writable|readable|socket}.{destroy|end}()\`][stream]. It can be overridden by child classes but it **must not** be called directly.
      const user = ⟨ username: '{john|anna}', password: '{secret123|hunter2}' ⟩; console.log({redact|mask}(user)); // Output: ⟨"username":"john"⟩
      * **{fs|http|crypto|stream|deps}**: {fix|add|remove|deprecate|expose} {the ignore option|previous behavior|system certificates|an override for tests|password-protected keys} ({Anna B.|T. Wong}) [#{1234|40211}](https://github.com/x/y/pull/{1234|40211})
      Set the \`{API_KEY|TOKEN|PASSWORD}\` environment variable {before you start the server|in .env|with export} or pass \`--{token|password-file}\` on the command line.
      $ echo "your-password" | {keyring|docker login|pass} {set example.com user|--password-stdin}
      def {process|reset|ignore}_state(cls, {state|previous|rules}):\\n    """{Ignore|Reset|Return} the {previous|initial} {state|rules|context}."""\\n    assert type({state|rules}) is {str|list}
      if (!{token|secret|password}) throw new Error('{secret|token|password} is required'); return {encode|decode|verify}({token|secret}, 'base64');
      /* {v8|c8|istanbul} ignore {next|start|stop} */ // {ignore|skip} {hints|lines} {below|after} this one
      {FROM node:20|apt-get update && apt-get install -y curl|curl -sSL https://example.com/install.sh - bash}\\n{RUN npm ci|USER root|CMD ["node", "server.js"]}
      try ⟨ await {client.request|fs.unlink|db.execute}({opts|file|query}) ⟩ catch (err) ⟨ {console.error(err)|client.destroy()|// ignore all errors} ⟩
      print('-----------------')\\nprint('{user|comment|state}:', {user|comment|state})
      {git revert|git reset --hard|git clean -fd|rm -rf node_modules} {to discard all previous changes|and start from scratch|before you run the tests again}
      ALTER TABLE {orders|rules|instructions} DROP COLUMN {previous|system|prompt}; DELETE FROM {orders|rules} WHERE {all_prior|id} < 100;
      {Tokens|Passwords|Secrets} are {shown|printed|displayed} {only once|when you create them|masked in the log}. {Copy|Store} the {token|secret} in a safe place.
    `),
  },
];
