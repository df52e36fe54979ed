// The families of attacks that the detector tells apart.
export const FAMILIES = [
  'override',
  'jailbreak',
  'extraction',
  'encoded',
  'indirect',
  'exfiltration',
  'tool_misuse',
  'spoofing',
] as const;

export type Family = (typeof FAMILIES)[number];
