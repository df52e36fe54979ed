// All built-in recognisers, in no order that matters.
import type { Recogniser } from '../detect/types.ts';
import { bank } from './bank.ts';
import { cards } from './card.ts';
import { crypto } from './crypto.ts';
import { personalFacts } from './dates.ts';
import { devices } from './devices.ts';
import { documents } from './documents.ts';
import { identities } from './ids/index.ts';
import { vatNumbers } from './ids/vat.ts';
import { internet } from './internet.ts';
import { persons } from './person.ts';
import { phones } from './phone.ts';
import { placesAndOrganisations } from './places.ts';
import { secrets } from './secrets/index.ts';

export const RECOGNISERS: readonly Recogniser[] = [
  internet,
  phones,
  cards,
  bank,
  identities,
  vatNumbers,
  devices,
  crypto,
  documents,
  personalFacts,
  persons,
  placesAndOrganisations,
  secrets,
];
