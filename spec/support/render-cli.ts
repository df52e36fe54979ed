// `npm run spec:render -- OUT.yaml`: writes the file to configure a gateway with before running spec/ against it.
// SPEC_UPSTREAM_PORT and SPEC_REDIS_PORT choose the ports, DECK_SPEC_* whole addresses. Without OUT it prints.
import { writeFileSync } from 'node:fs';
import { deckEnv, FIXED_PORTS } from './env.ts';
import { deckFiles, render } from './render.ts';

const text = render(deckFiles(), deckEnv(FIXED_PORTS));
const out = process.argv[2];
if (out) writeFileSync(out, text);
else process.stdout.write(text);
