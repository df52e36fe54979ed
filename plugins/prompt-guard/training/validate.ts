// Leave one source out: the model is trained on all others and judged on the one that it has not seen.
import type { Featured } from './features.ts';
import { learn, mostSuspicious } from './learn.ts';

export interface HeldOut {
  one: Featured;
  z: number;
}

/** Sources that come from one place are held out together. */
export function placeOf(source: string): string {
  if (source.startsWith('own-')) return source;
  if (source.startsWith('technical docs')) return 'technical docs';
  return source.split(/[\s/]/)[0]!;
}

export function leaveOneOut(
  examples: readonly Featured[],
  weightOf: (one: Featured) => number,
  onFold: (place: string) => void,
  held: (place: string) => boolean = (place) => !place.startsWith('own-'),
): HeldOut[] {
  const places = [...new Set(examples.map(({ example }) => placeOf(example.source)))].filter(held);
  return places.flatMap((place) => {
    onFold(place);
    const others = examples.filter(({ example }) => placeOf(example.source) !== place);
    const weights = learn(others, weightOf);
    return examples
      .filter(({ example }) => placeOf(example.source) === place)
      .map((one) => ({ one, z: mostSuspicious(one, weights)?.z ?? -20 }));
  });
}
