// The quirks of providers as a table for the README.
import { QUIRKS, type Quirks } from './quirks.ts';

export function quirksTable(): string {
  const rows = Object.entries(QUIRKS as Record<string, Quirks>).map(([name, quirks]) => {
    const params = Object.entries(quirks.params ?? {});
    const renamed = params.flatMap(([from, to]) => (to === null ? [] : [`\`${from}\` → \`${to}\``]));
    const lacking = params.flatMap(([from, to]) => (to === null ? [`\`${from}\``] : []));
    return `| [\`${name}\`](${quirks.source}) | ${renamed.join(', ')} | ${lacking.join(', ')} | ${others(quirks).join('; ')} |`;
  });
  return ['| Provider | Says otherwise | Has no | Besides |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function others(quirks: Quirks): string[] {
  const ranges = Object.entries(quirks.ranges ?? {}).map(
    ([name, [min, max]]) => `\`${name}\` from ${min} to ${max}`,
  );
  const finish = Object.entries(quirks.finish ?? {}).map(([from, to]) => `\`${from}\` is \`${to}\``);
  return [
    ...ranges,
    ...(quirks.maxStops === undefined ? [] : [`at most ${quirks.maxStops} stop sequences`]),
    ...(quirks.noDeveloper ? ['`developer` is `system`'] : []),
    ...(quirks.toolChoiceRequired ? [`\`required\` is \`${quirks.toolChoiceRequired}\``] : []),
    ...(quirks.noFormats ?? []).map((format) => `no \`${format}\``),
    ...(quirks.toolIdLength === undefined ? [] : [`ids of tool calls have ${quirks.toolIdLength} letters`]),
    ...(quirks.noImageUrls ? ['images as data only'] : []),
    ...(quirks.cacheControl ? ['takes `cache_control`'] : []),
    ...(quirks.reasoning ? ['reasoning is asked for in its own way'] : []),
    ...(quirks.echoReasoning ? ['gets its reasoning back with tool calls'] : []),
    ...finish,
    ...(quirks.reasoningBesideCompletion ? ['counts reasoning beside the completion'] : []),
    ...(quirks.models ?? []).map(({ match, params = {} }) => {
      const without = Object.entries(params).flatMap(([name, to]) => (to === null ? [`\`${name}\``] : []));
      return `models \`${match.source.replaceAll('|', '¦')}\`: no ${without.join(', ')}`;
    }),
  ];
}
