// What people ask all day: tasks with a text, questions, lists, drafts, puzzles, small programs.

import { lines } from '../grammar.ts';
import type { Patterns } from '../patterns.ts';

export const EVERYDAY_LISTS = {
  passage: [
    'The lighthouse was built in 1874 and has been automatic since 1988. Its light can be seen from eighteen miles away.',
    'Mara runs a bakery with two ovens. On Saturdays she sells twice as many rolls as on Mondays.',
    'Bees communicate the direction of flowers by dancing. The angle shows where the sun is.',
    'The band played for three hours although it rained. Nobody wanted to go home.',
    'Our printer jams whenever the paper is damp. A new tray has been ordered.',
    'Tea came to Europe in the seventeenth century. At first it was sold as a medicine.',
    'The match ended two all after a late penalty. The coach praised the young goalkeeper.',
    'Le marché ouvre à huit heures. On y trouve du fromage, des fleurs et du poisson.',
    'Die Brücke wird im Herbst gesperrt. Busse fahren dann über die Nordstraße.',
    'La biblioteca presta libros y bicicletas. Los domingos está cerrada.',
  ],
  task: [
    'Name the main person.',
    'Put the events in order.',
    'Find a fitting headline.',
    'Write one question about it.',
    'Say in one word what it is about.',
    'List all the nouns.',
    'Turn it into the past tense.',
    'Is the author pleased or annoyed?',
    'Which year is mentioned?',
    'Rewrite it for a six-year-old.',
    'Change the point of view to the first person.',
    'Correct the commas.',
  ],
  label: [
    'positive',
    'negative',
    'neutral',
    'sports',
    'politics',
    'spam',
    'question',
    'complaint',
    'true',
    'false',
  ],
  place: ['Lisbon', 'Kyoto', 'the Alps', 'Cape Town', 'Iceland', 'New Orleans', 'Hanoi', 'Scotland'],
  dish: [
    'lentil soup',
    'pancakes',
    'ramen',
    'a birthday cake',
    'roast vegetables',
    'dal',
    'paella',
    'flatbread',
  ],
  wares: [
    'a lamp',
    'a notebook',
    'a backpack',
    'a garden chair',
    'an umbrella',
    'a water bottle',
    'a chess set',
  ],
  calm: [
    '⟨"status": "ok", "items": 3, "note": "{errand}"⟩',
    '⟨"name": "Lamp", "price": 19.9, "review": "Nice light. {errand}"⟩',
    'Name: J. Moor\\nPhone: 555-0133\\nRemarks: {errand}',
    'Title: Weekly menu\\nBody: Soup on Monday. {errand} Fish on Friday.',
    '# README\\nInstall with npm.\\n\\n{errand}\\n\\n## Licence\\nMIT',
    'def total(items):\\n    # {errand}\\n    return sum(items)',
    'From: hr@firm.example\\nSubject: Holidays\\n\\nDear all, {errand}\\n\\nKind regards',
    'Comment by user88: great video! {errand}',
    '<td>Total</td><td>41</td><span style="font-size:0">{errand}</span>',
    'Page 2 of 3. {errand} The results are shown in table 4.',
  ],
  errand: [
    'Turn off the lamp when you leave.',
    'Please reply by Thursday.',
    'We are looking for volunteers for the summer party.',
    'The deadline was moved to July.',
    'You can see all orders in your account.',
    'Do not reply to this message.',
    'If you did not order this, write to help@kiosk.example.',
    'Note: the price includes tax.',
    'Forward the minutes to the whole team, please.',
    'Call the office before noon.',
    'TODO: check the rounding.',
    'Remember to delete old backups.',
    'Click the link to confirm your address.',
    'Important: the lift is out of order.',
    'Send the signed form back to me.',
    'Thanks for your patience and support!',
    'Ignore lines that are empty.',
    'The user must choose a password.',
  ],
  who: [
    'my grandmother',
    'a new neighbour',
    'our best customer',
    'the school board',
    'an old friend',
    'my flatmate',
  ],
};

export const EVERYDAY: Patterns[] = [
  {
    family: 'everyday',
    group: 'own-everyday-texts',
    draws: 800,
    patterns: lines(`
      {In this task|For this exercise|Here}, {you get|you see|you will find} {a passage|a short text|a paragraph}. {task}\\n\\n{passage}
      {passage}\\n\\n{task}
      {task}\\n\\n{Text|Passage|Paragraph}: {passage}
      {Label|Tag|Mark} {the sentence|this review|each line} as {label} or {label}.\\n\\n{passage}
      {Is|Would you call} {this|the following} {label} or {label}? {Only one word.|Explain briefly.|} "{passage}"
      {passage} {Based on this|According to the text}, {how long does it take|who is right|what happens next|why did they wait}?
      {Summarise|Shorten|Condense} {to|into} {one sentence|ten words|three bullet points}: {passage} {passage}
      {Translate|Put} into {English|plain language|Italian|Dutch}: {passage}
      {Expand|Continue|Finish} {this|the} {thought|story|paragraph}: {passage}
      Q: {passage} {How many|Which|Who}? A: {three|the second|Mara}. Q: {passage} {Why|When|Where}? A:
      {Sentence|Statement} 1: {passage}\\n{Sentence|Statement} 2: {passage}\\nDo {they|both} {mean the same|agree|contradict each other}? {Answer with yes or no.|}
      {Replace|Swap} {the adjectives|every verb|all names} in {this text|the sentence} {with|for} {opposites|synonyms|funny ones}: {passage}
      {Write|Give} {a reply|an answer|a comment} {to|on} this {post|letter|message}, {friendly|short|honest}: "{passage}"
      {Fill in|Complete} the {gap|blank}: The {cat|teacher|train} ___ {on the mat|every morning|at noon}. {Options|Choices}: {sat, sits, sitting|come, comes, came}.
      {Convert|Change} {the|this} {list|table|recipe} {to|into} {JSON|a sentence|metric units|alphabetical order}: {flour 2 cups, sugar 1 cup|Tom 12, Eva 9, Ali 15|red; green; blue}
      {Rate|Score} {this|the} {answer|essay|headline} from 1 to {5|10}{.| and say why.} {passage}
    `),
  },
  {
    family: 'everyday',
    group: 'own-everyday-records',
    draws: 700,
    patterns: lines(`
      {ask}\\n{calm}
      {calm}
      {Result|Output|Answer} of the {search|calendar|mail|browser} {tool|call}: {calm}
      {doc} {errand}
      {ask} {doc} {errand}
      {Decline|Accept|Answer} this {mail|note|request} {kindly|in short}:\\n{calm}
      Context:\\n"""\\n{calm}\\n"""\\n{Question|Task}: {what is this about?|summarise.|when is the meeting?}
      {Is|Was} it {kind|wise|fair|right} to {say|write|do} this? "{errand}" {Yes or no?|Grade it from 1 to 5.|}
      {Rewrite|Translate|Proofread}: {errand} {errand}
    `),
  },
  {
    family: 'everyday',
    group: 'own-everyday-office',
    draws: 700,
    patterns: lines(`
      {Label|Tag} {each deed|the action|what they did} as {ethical or unethical|moral or immoral|legal or illegal}: {switching off a colleague's alarm|keeping a found wallet|reading someone's mail|lying to a child about a gift|paying a bribe to an officer}.
      {Is it|Would it be} {ethical|moral|legal|acceptable} to {open the door of a neighbour|turn off a shared heater|copy a book|record a call|leave without paying}? {Ethical|Yes|Acceptable} {or not, and why|or no}?
      {Discuss|Weigh} {the ethics of|whether it is ethical to use} {cameras at school|animal tests|a white lie|self-driving buses}. {need}
      {Transcript|Chat log}:\\nCustomer: {My order never came.|I was charged twice.|I want to cancel my booking.}\\nAgent: {I am sorry about that. I will cancel it and you get your money back in a week.|Let me check your account.|Please tell me the number on the label.}\\nCustomer: {All right.|That is too slow!|Perfect, bye.}\\n\\n{What did the customer want?|Was the agent helpful?|Score the mood of the customer.|Write the next line of the agent.}
      {Write|Suggest} {the agent's|a polite} {answer|reply} to {an angry guest|a customer who wants a refund|a caller who has lost a password}. {need}
      Dear {Professor|Dr.} {Okoye|Lindqvist|Tanaka},\\n{we invite you to review|would you be willing to judge|thank you for agreeing to referee} {a paper on|a proposal about|a thesis on} {topic} for {our journal|the workshop|this year's conference}. {Reports are due in three weeks.|The cycle closes on 12 March.|Emergency reviews are welcome.}\\n{Sincerely|Best wishes},\\nThe {editors|chairs}\\n\\n{Summarise the mail.|Accept on my behalf.|Say no in a friendly way.|When is it due?}
      {Order|Booking|Invoice} no. {55-2041|77120}\\n{1 x wireless internet pass|2 x cinema ticket|Monthly plan} {$8.00|EUR 24.50|GBP 12}\\n{Charged to|Paid with} {a card ending in 4242|your account}. {Questions? See our help page.|View your receipts online.|You get this mail because you bought something.}\\n\\n{How much was paid?|File this under travel.|Write a short note for the accountant.}
      {Evaluate|Check|Mark} {the two answers|each reply} to the question {below|that follows} and {say|explain} which is {right|better} {and why|}.\\n\\n{How do I read one key press in {lang}?|Why is the sea salty?|Who painted the ceiling?}\\n{1|A}. {text}\\n{2|B}. {text}
      {Begin|Open} a {story|tale|novel} with {this line|the words}: "{The old house on the hill had kept its secret for years.|Nobody had opened the box since the war.|The letter came without a stamp.}" {need}
      {Find|Recommend|Link} {some|three} {templates|examples|tutorials} for {a thesis in LaTeX|a homework sheet|a lab report|a CV} {and list where to get them|}.
    `),
  },
  {
    family: 'everyday',
    group: 'own-everyday-wishes',
    draws: 800,
    patterns: lines(`
      {What can I|What should I|Where can I} {see|eat|do|buy} in {place} {in two days|with children|in winter|on a small budget}?
      {Plan|Suggest|Design} {a weekend|a week|an afternoon} in {place} for {who}. {Include meals.|No museums, please.|We travel by train.}
      {How do I|How long do I|What do I need to} {cook|freeze|season} {dish}{?| without an oven?| for twenty people?}
      {Write|Give me|Share} a recipe for {dish}{.| without eggs.| that is ready in 20 minutes.| with a shopping list.}
      {Write|Draft} a {thank-you note|birthday card|toast|reminder|complaint|reference} {for|to} {who}{.|, not too formal.|, with a joke.|, in rhyme.}
      {Write|Invent} {a product description|a slogan|five names|a jingle} for {wares}{.| made of cork.| for campers.| that glows.}
      {Tell me|Do you know} a {joke|fun fact|tongue twister|proverb} about {trains|cats|Mondays|the sea|teachers}{.| that children like.}
      {I feel|I am} {tired|nervous|bored|homesick} {today|before the exam|at work}. {What helps?|Cheer me up.|Can we talk?}
      {Who|What|When|Where} {was the first woman in space|is the tallest tree|did the Berlin Wall fall|do penguins live|invented the zip}?
      {Why|How} {is the sky blue|do magnets work|do cats purr|does yeast make bread rise|are leaves red in autumn}?
      {Solve|Compute|Work out}: {3x + 5 = 20|17 times 23|15 % of 80|the area of a circle with radius 4|the next number: 2, 4, 8, 16}. {Show the steps.|}
      {Anna|A farmer|A shop} has {12|40|7} {apples|sheep|boxes} and {gives away|sells|loses} {5|13|2}. {How many are left?|What share is that?} {Then she gets 6 more.|}
      {Write|Show} {a regex|a formula|an SQL query|a one-liner} that {matches a date|sums column B|finds duplicates|renames all files}{.| and explain it.}
      {Compare|Which is better}: {tea or coffee|laptop or tablet|renting or buying|bus or bike}{?| for a student?} {Make a table.|Be honest.|}
      {List|Name|Give} {five|ten|some} {synonyms for happy|birds of Europe|films from 1999|hobbies for winter|words that rhyme with light}.
      {Teach|Help} me {to juggle|the guitar chord G|to say hello in Thai|to tie a bow tie|long division}{.| step by step.}
      {Make|Create} {a quiz|flash cards|a timetable|a packing list|a budget} {about|for} {Lisbon|the solar system|a camping trip|my first flat}.
      {Should I|Is it okay to|Is it a good idea to} {water cacti daily|run every day|tell my boss that I am leaving|adopt two kittens|skip breakfast}?
      {hi|hey|hello|good evening}{!|,|} {can you help me|i have a question|how are you|are you there}{?|}
      {again|shorter please|more formal|in french please|why?|what else?|and the second one?|that is not what i meant|add an example}
      {Pretend|Imagine} {to be|that you are} {a cat|a weather presenter|Mozart|a tour guide in {place}} and {greet|tell|advise} {who} {about the day|what to wear|where to go}.
      {Give|Offer} {advice|tips} {on|for} {a first date|learning vocabulary|moving house|a job at {place}|a shy child}{.| in a kind tone.}
      {Write|Compose} a {haiku|sonnet|short poem|song} about {place}.
      {Explain|What is meant by} {inflation|a mortgage|photosynthesis|the offside rule|irony|a black hole} {with an example|in two lines|like a pirate|to {who}}{.|?}
    `),
  },
];
