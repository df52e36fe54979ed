// The variables of spec/deck: where the gateway under test finds the fake upstream and Redis.

export interface SpecPorts {
  upstreamPort: number;
  redisPort: number;
}

/** Fixed ports for a gateway that is configured before the suite runs. */
export const FIXED_PORTS: SpecPorts = {
  upstreamPort: Number(process.env.SPEC_UPSTREAM_PORT ?? 18080),
  redisPort: Number(process.env.SPEC_REDIS_PORT ?? 6379),
};

/** A variable that is set already wins: in containers, loopback is another place. */
export function deckEnv({ upstreamPort, redisPort }: SpecPorts): Record<string, string> {
  const set = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('DECK_')),
  );
  return {
    DECK_SPEC_UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}`,
    DECK_SPEC_REDIS_HOST: '127.0.0.1',
    DECK_SPEC_REDIS_PORT: String(redisPort),
    ...set,
  };
}
