// Embedding vectors: of unit length, so that a dot product is their cosine similarity.

/** Makes it of unit length, in place. Undefined when it is empty or zero, or holds what is no number. */
export function normalise(vector: Float32Array): Float32Array | undefined {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += vector[i]! * vector[i]!;
  if (!(sum > 0) || !Number.isFinite(sum)) return;
  const scale = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i += 1) vector[i]! *= scale;
  return vector;
}

/** In -1..1 for vectors of unit length and the same dimensions. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
