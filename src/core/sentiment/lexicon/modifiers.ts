/** Words that change what stands near them. Closed lists: function words of English. */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Turn around what follows in the clause. */
export const NEGATIONS = words(`
  not no never none nobody nothing nowhere neither nor without cannot cant can't dont don't doesnt doesn't
  didnt didn't isnt isn't arent aren't arn't wasnt wasn't werent weren't wont won't wouldnt wouldn't
  shouldnt shouldn't couldnt couldn't hasnt hasn't havent haven't hadnt hadn't aint ain't lack lacks
  lacking lacked zero denies deny denied denying rejects dismisses refutes avoids avoid avoided
  prevents prevent prevented stop stops stopped
`);

/** Nearly negations: what follows holds only a little, or not quite. */
export const HALF_NEGATIONS = words('hardly barely scarcely rarely seldom few little less');

/** Turn round what is bad and leave what is good: `mitigates risks`, `fix problems`. */
export const REMEDIES = words(`
  fix fixes fixed fixing solve solves solved solving mitigate mitigates mitigated mitigating fight fights
  fighting combat combats protect protects protected protecting against curb curbs tackle tackles reduce
  reduces shrugs recover recovers recovered survive survives survived weather weathered overcome overcomes
`);

/** What looks like a negation and is none. */
export const NO_NEGATION_AFTER: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['not', words('only just even')],
  ['no', words('doubt wonder matter question longer')],
]);

export const INTENSIFIERS: ReadonlyMap<string, number> = new Map([
  ...[
    ...words(
      'very really extremely incredibly insanely massively hugely absolutely totally completely',
    ),
  ].map((word) => [word, 1.35] as const),
  ...[
    ...words(
      'super mega so too such fucking freaking damn huge massive major sharply strongly heavily',
    ),
  ].map((word) => [word, 1.25] as const),
  ...[
    ...words(
      'significantly deeply highly seriously biggest strong sharp steep record truly definitely',
    ),
  ].map((word) => [word, 1.2] as const),
  ...[
    ...words(
      'slightly somewhat mildly marginally modestly kinda partly little bit minor small slight',
    ),
  ].map((word) => [word, 0.6] as const),
]);

/** What follows in the clause is only thought of. */
export const HEDGES = words(`
  if could may might would maybe perhaps possibly unless whether rumored rumoured rumor rumour
  allegedly reportedly potential potentially eyes considers mulls unlikely
`);

/** What follows weighs more than what came before it in the sentence. */
export const TURNS = words('but however yet nevertheless nonetheless still');

/** The clause that begins here weighs less than the other one of the sentence. */
export const CONCESSIONS = words('although though despite notwithstanding while whilst whereas');

/** What follows in the clause is what the subject is measured by. */
export const COMPARED = words('versus vs compared compares');
