// The one table of errors that clients may see. docs/errors.md is generated from it.
import { type Format, type FormatError, ShapeError, TranslationError } from '../llm/format.ts';

interface Row {
  status: number;
  /** In OpenAI's words; other formats map from it. */
  type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'not_found_error'
    | 'rate_limit_error'
    | 'server_error';
  message: string;
  /** For operators: what it means and what to do. */
  help: string;
}

export const ERRORS = {
  plan_missing: {
    status: 400,
    type: 'invalid_request_error',
    message: 'This address serves only requests that were declared by the gateway.',
    help: 'The relay was called without Kong, or by a service that points at it while no plugin of the suite is enabled on the route.',
  },
  plan_forged: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request carries gateway headers that the gateway did not make.',
    help: 'A client sent x-ai-plan-* or x-ai-identity itself, or the plugin server was restarted between the declaration and its check.',
  },
  plan_expired: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The gateway declared this request too long ago.',
    help: 'More than ten minutes lie between the access phase and the relay: a very slow upload, or two clocks apart.',
  },
  plan_incomplete: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request lost gateway headers on its way.',
    help: 'A client named gateway headers in its Connection header, and Kong removed them; or another plugin did. Nothing is served with a stage missing.',
  },
  plan_config_unknown: {
    status: 503,
    type: 'server_error',
    message: 'The gateway is restarting; please try again.',
    help: 'The relay does not know the config that the plan names, as can be for a moment after a restart of the plugin server.',
  },
  ai_proxy_missing: {
    status: 500,
    type: 'server_error',
    message: 'This route has AI plugins but not ai-proxy-ts, so there is no provider to ask.',
    help: 'Enable ai-proxy-ts on the same route, service or globally.',
  },
  config_invalid: {
    status: 500,
    type: 'server_error',
    message: 'A plugin is not configured correctly.',
    help: 'The log of the plugin server names the plugin and the field; `kong-ai validate` does too.',
  },
  stage_failed: {
    status: 500,
    type: 'server_error',
    message: 'The gateway failed while it handled the request.',
    help: 'A plugin threw. The request was not let through. The log has the request id and the cause.',
  },
  overloaded: {
    status: 503,
    type: 'server_error',
    message: 'The gateway has too many requests at once; please try again.',
    help: 'KONG_AI_MAX_CONCURRENT requests are under way on this relay.',
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    message: 'The request has too many headers.',
    help: 'More headers than the relay admits (KONG_AI_MAX_HEADERS).',
  },
  body_too_large: {
    status: 413,
    type: 'invalid_request_error',
    message: 'The request body is too large.',
    help: 'Over KONG_AI_MAX_BODY_BYTES (32 MiB by default).',
  },
  body_incomplete: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request body did not arrive whole.',
    help: 'The client closed the connection or stopped sending.',
  },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    message: 'The request body must be JSON (content-type: application/json).',
    help: 'Content-Type or Content-Encoding of the request is not one that this endpoint takes.',
  },
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request body is not valid JSON.',
    help: 'The body does not parse, is not an object, or is nested more than 128 levels deep.',
  },
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request is not valid.',
    help: 'The body is JSON but not of the shape that the endpoint documents; `param` names the field.',
  },
  ambiguous_field: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request has a field whose name differs from a known one in case only.',
    help: 'Some providers read fields whatever the case of their names (`Messages` for `messages`), and no guard reads what such a field says. `param` is the known spelling.',
  },
  too_many_items: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request has too many messages, tools or other entries.',
    help: 'A list at the top of the body has more than KONG_AI_MAX_ITEMS entries; `param` names it.',
  },
  request_too_long: {
    status: 504,
    type: 'server_error',
    message: 'The request took too long.',
    help: 'More than KONG_AI_MAX_REQUEST_SECONDS from the first byte of the request to the last of its answer. In a stream it is the last event.',
  },
  answer_too_large: {
    status: 502,
    type: 'server_error',
    message: 'The answer is too large.',
    help: 'An answer, streamed or whole, beyond KONG_AI_MAX_ANSWER_BYTES. In a stream it is the last event, and the provider was stopped.',
  },
  unknown_endpoint: {
    status: 404,
    type: 'not_found_error',
    message: 'The gateway has no such endpoint.',
    help: 'The path ends in none of the endpoints that ai-proxy-ts serves, and `route_type` is not set.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    message: 'This endpoint does not take that method.',
    help: 'Model endpoints take POST.',
  },
  model_not_found: {
    status: 404,
    type: 'not_found_error',
    message: 'The model does not exist here or you do not have access to it.',
    help: 'The requested model is in no target, alias or `allowed_models` of ai-proxy-ts.',
  },
  address_forbidden: {
    status: 403,
    type: 'permission_error',
    message: 'The request leads to an address that the gateway does not call.',
    help: 'A template of the target’s host was filled in by the client, and the name is of a private, loopback, link-local or metadata address. `allow_private_addresses` of the target permits it.',
  },
  unsupported_by_provider: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The model that serves this route cannot do what the request asks for.',
    help: 'The request cannot be said in the provider’s format; `param` names the field.',
  },
  rate_limit_exceeded: {
    status: 429,
    type: 'rate_limit_error',
    message: 'API rate limit exceeded',
    help: 'A policy of token-rate-limit has no room for the request; the message names the policy. Status and message are configurable there.',
  },
  budget_exceeded: {
    status: 429,
    type: 'rate_limit_error',
    message: 'The answer was stopped because a limit was reached: it is not complete.',
    help: 'A stream reached a limit of token-rate-limit (`stop_streams`). Only ever seen inside a stream. What was used is charged.',
  },
  limits_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The gateway cannot check its limits at the moment; please try again.',
    help: 'Redis does not answer, and `redis_failure` of token-rate-limit is `deny`; or the plugin server, which counts for its relay workers, is gone or busy.',
  },
  model_unpriced: {
    status: 403,
    type: 'permission_error',
    message: 'The model has no known price, which a budget of this route needs.',
    help: 'A `cost_usd` limit of token-rate-limit with `unpriced_models: deny`: add the model to its `prices`.',
  },
  prompt_rejected: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request was refused by the content policy of this service.',
    help: 'prompt-guard found in the prompt what its config does not allow. Status and message are configurable; `rejection: verbose` names the rules.',
  },
  answer_rejected: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The answer was withheld by the content policy of this service.',
    help: 'prompt-guard found in the answer what its config does not allow. In a stream it is the last event, and the provider was stopped.',
  },
  guard_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The content of the request could not be checked; please try again.',
    help: 'An external check or the embeddings endpoint of prompt-guard failed or was late, and its `on_error` is block.',
  },
  provider_rejected: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The provider rejected the request.',
    help: 'A 4xx of the provider that concerns the request itself; its own message is passed on.',
  },
  provider_auth: {
    status: 502,
    type: 'server_error',
    message: 'The gateway could not sign in to the provider.',
    help: 'The provider answered 401, 402 or 403: check the key in the target’s `auth`. Never passed on as the client’s own 401.',
  },
  provider_rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    message: 'The provider is limiting requests; please try again later.',
    help: 'The provider answered 429 and no other target or key was left.',
  },
  provider_error: {
    status: 502,
    type: 'server_error',
    message: 'The provider failed.',
    help: 'The provider answered 5xx, or reported an error in a 200.',
  },
  provider_unreachable: {
    status: 502,
    type: 'server_error',
    message: 'The provider could not be reached.',
    help: 'Name resolution, connect or TLS failed, or the connection broke before an answer.',
  },
  provider_timeout: {
    status: 504,
    type: 'server_error',
    message: 'The provider did not answer in time.',
    help: 'A connect, first-token, between-tokens or total timeout of ai-proxy-ts ran out.',
  },
  provider_bad_answer: {
    status: 502,
    type: 'server_error',
    message: 'The provider’s answer could not be read.',
    help: 'Not JSON or events where they were due, too large, or not of the documented shape.',
  },
  targets_exhausted: {
    status: 502,
    type: 'server_error',
    message: 'No target could answer.',
    help: 'All targets of ai-proxy-ts that were asked failed; the message lists them with their codes.',
  },
  targets_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'No target can be asked now; please try again later.',
    help: 'Every target of ai-proxy-ts is limited, at its max_concurrent, or left alone by its breaker. See Retry-After.',
  },
  streaming_denied: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Streamed answers are not allowed here.',
    help: '`response_streaming` of ai-proxy-ts is `deny`.',
  },
  stream_interrupted: {
    status: 502,
    type: 'server_error',
    message: 'The answer broke off: it is not complete.',
    help: 'The provider closed the stream before its end. Only ever seen inside a stream.',
  },
  not_cached: {
    status: 504,
    type: 'server_error',
    message: 'There is no cached answer to this request.',
    help: 'The client asked with Cache-Control: only-if-cached (RFC 9111), and semantic-cache has nothing to serve.',
  },
  cache_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The cache cannot be asked just now; please try again.',
    help: 'Redis or the embeddings service of semantic-cache failed, and its on_error is block.',
  },
  pii_blocked: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request contains personal data or secrets that may not be passed on.',
    help: 'pii-redact found an entity whose action is `block`. The message names entities and counts, never values.',
  },
  pii_answer_blocked: {
    status: 502,
    type: 'server_error',
    message: 'The model’s answer contains personal data or secrets that may not be passed on.',
    help: 'pii-redact with `direction: response` or `both` found an entity whose action is `block` in the answer.',
  },
  pii_attachment_blocked: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Images, audio and files may not be sent here.',
    help: 'pii-redact has `attachments: block`: it cannot look into them.',
  },
  pii_detector_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'Personal data cannot be looked for at the moment; please try again.',
    help: 'The NER service of pii-redact did not answer as it should, and `ner.on_error` is `fail`.',
  },
  log_full: {
    status: 503,
    type: 'server_error',
    message: 'The gateway cannot record requests at the moment; please try again later.',
    help: 'The spool of cost-log is full of records that its sinks have not taken, and `spool.when_full` is `refuse_requests`.',
  },
  shutting_down: {
    status: 503,
    type: 'server_error',
    message: 'The gateway is shutting down; please try again.',
    help: 'The relay drains before it exits.',
  },
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails {
  /** Replaces the table's message. Never a key, a prompt or a stack. */
  message?: string;
  param?: string | undefined;
  status?: number;
  /** Sent with the error, for example `retry-after`. */
  headers?: Record<string, string>;
  /** For the log only. */
  cause?: unknown;
}

/** An error that the client is told. Anything else that a stage throws becomes `stage_failed`. */
export class GatewayError extends Error {
  override name = 'GatewayError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? ERRORS[code].message, { cause: details.cause });
    this.code = code;
    this.status = details.status ?? ERRORS[code].status;
    this.param = details.param;
    this.headers = details.headers ?? {};
  }
}

/** What the client is told of anything that was thrown. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof TranslationError) {
    return new GatewayError('unsupported_by_provider', {
      message: error.message,
      param: error.param,
      cause: error,
    });
  }
  if (error instanceof ShapeError) {
    return new GatewayError('invalid_request', { message: error.message, param: error.param, cause: error });
  }
  return new GatewayError('stage_failed', { cause: error });
}

export function toFormatError(error: GatewayError): FormatError {
  const { code, status, message, param } = error;
  return { code, status, message, type: ERRORS[code].type, ...(param === undefined ? {} : { param }) };
}

/** The error in the client's own format. */
export function errorBody(format: Format, error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify(format.error(toFormatError(error))));
}
