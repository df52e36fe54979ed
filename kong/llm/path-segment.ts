// Names that clients choose, as one segment of a provider's path.
import { TranslationError } from './format.ts';

/** Not a name that would climb the path, encoded or not, nor one that has no UTF-8. */
export const isPathSegment = (text: string): boolean =>
  text !== '' && text !== '.' && text !== '..' && !/\p{Surrogate}/u.test(text);

/** @throws TranslationError */
export function pathSegment(text: string): string {
  if (!isPathSegment(text)) throw new TranslationError('model is not a name.', 'model');
  return encodeURIComponent(text);
}
