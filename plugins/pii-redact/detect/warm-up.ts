// The first text through a recogniser pays for the compilation of its expressions: some 50 ms in sum. It is paid before
// the first request, in turns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RECOGNISERS } from '../recognisers/index.ts';
import { fold } from './fold.ts';
import { Scan } from './scan.ts';

const SAMPLE =
  'Dear Ann Lee, my password is a1b2c3d4; call +1 (212) 555-0100 or 030 901820, card 4000 0000 0000 0002, born 1 May 1980, key: AKIA0000, https://a:b@c.example/?token=1, 12 High Street, fe80::1, 0x00, 1.2.3.4, DE12 3456 7890, P.O. Box 12, a@b.example, ip -p x';

export function warmUp(): Promise<void> {
  return (async () => {
    const { text } = fold(SAMPLE);
    for (const recognise of RECOGNISERS) {
      await nextTurn();
      const scan = new Scan(text);
      recognise(
        scan,
        (_type, start, end, score, context) =>
          void (context && scan.mentions.weigh(score, start, end, context)),
      );
    }
  })();
}
