// ai-proxy: one model.
import type { Migration } from '../migration.ts';
import { defined, type Json, type Reader } from '../reader.ts';
import { BODY_SIZE, costLog, llmFormat } from './common.ts';
import { routeType } from './route-type.ts';
import { convertTarget } from './target.ts';

export const aiProxy: Migration = {
  from: 'ai-proxy',
  convert(reader) {
    const target = convertTarget(
      { model: reader.take('model'), auth: reader.take('auth') } as Json,
      '',
      reader,
    );
    return [
      {
        name: 'ai-proxy-ts',
        config: defined({
          route_type: routeType(reader.take('route_type'), 'route_type', reader),
          ...common(reader),
          targets: [target],
        }),
      },
      ...costLog([reader.take('logging')], reader, 'logging'),
    ];
  },
};

/** What ai-proxy and ai-proxy-advanced share. */
export function common(reader: Reader): Json {
  llmFormat(reader);
  reader.take('genai_category');
  reader.drop({ max_request_body_size: BODY_SIZE });
  return {
    response_streaming: reader.take('response_streaming'),
    model_name_header: reader.take('model_name_header'),
  };
}
