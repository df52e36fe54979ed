// Keys that some providers would read as a field, and no stage does.
import { type Fields, inOtherCase } from '../llm/fields.ts';
import { GatewayError } from './errors.ts';

/** @throws GatewayError ambiguous_field, which repeats nothing that the client wrote */
export function checkCase(known: Fields, body: unknown): void {
  const param = inOtherCase(body, known);
  if (param === undefined) return;
  const message = `The request has a field whose name differs from ${param} in case only.`;
  throw new GatewayError('ambiguous_field', { message, param });
}
