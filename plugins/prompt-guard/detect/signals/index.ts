// All signals, by family.
import type { Family } from '../families.ts';
import { encoded } from './encoded.ts';
import { exfiltration } from './exfiltration.ts';
import { extraction } from './extraction.ts';
import { harmless } from './harmless.ts';
import { indirect } from './indirect.ts';
import { jailbreak } from './jailbreak.ts';
import { override } from './override.ts';
import { spoofing } from './spoofing.ts';
import { toolMisuse } from './tool-misuse.ts';
import type { SignalRow } from './types.ts';

export interface Signal {
  id: string;
  /** `harmless`: what speaks against an attack. */
  family: Family | 'harmless';
  /** The first is the anchor; each of the others must stand within `within` words of it. One of each list. */
  of: readonly (readonly string[])[];
  within: number;
  /** The others come after the anchor. */
  ordered: boolean;
  /** What it is worth before any training, in log-odds. */
  prior: number;
}

const TABLES: Readonly<Record<Signal['family'], readonly SignalRow[]>> = {
  override,
  extraction,
  jailbreak,
  indirect,
  exfiltration,
  tool_misuse: toolMisuse,
  spoofing,
  encoded,
  harmless,
};

export const SIGNALS: readonly Signal[] = Object.entries(TABLES).flatMap(([family, rows]) =>
  rows.map(({ id, of, within, prior }) => ({
    id: `${family}.${id}`,
    family: family as Signal['family'],
    of: of.split(/ [&>] /).map((signs) => signs.split('|')),
    within,
    ordered: of.includes('>'),
    prior,
  })),
);
