// What a record adds to which budgets.
import { Usd } from '../../../kong/llm/usd.ts';
import type { BudgetConfig } from '../config.ts';
import type { CostRecord } from '../record/schema.ts';
import { periodOf } from './period.ts';

/** An amount for one budget, partition and period. USD in 1e-12, tokens as they are. */
export interface Charge {
  budget: BudgetConfig;
  /** `consumer=alice`; empty for the global one. */
  partition: string;
  period: string;
  amount: bigint;
}

/** What records add up to for some budgets: one charge per budget, partition and period. */
export class Charges {
  private readonly budgets: readonly BudgetConfig[];
  private readonly byKey = new Map<string, Charge>();

  constructor(budgets: readonly BudgetConfig[]) {
    this.budgets = budgets;
  }

  add(record: CostRecord): void {
    for (const budget of this.budgets) {
      const amount = amountOf(record, budget);
      const partition = partitionOf(record, budget);
      if (amount === 0n || partition === undefined) continue;
      const period = periodOf(budget.period, record.started_at);
      const key = chargeKey({ budget, partition, period });
      const charge = this.byKey.get(key);
      if (charge) charge.amount += amount;
      else this.byKey.set(key, { budget, partition, period, amount });
    }
  }

  all(): Charge[] {
    return [...this.byKey.values()];
  }
}

export const chargeKey = ({ budget, partition, period }: Omit<Charge, 'amount'>): string =>
  JSON.stringify([
    budget.name,
    budget.usd === undefined ? 'tokens' : 'usd',
    budget.period,
    period,
    partition,
  ]);

export function limitOf({ usd, tokens }: BudgetConfig): bigint {
  return usd === undefined ? BigInt(tokens ?? 0) : Usd.ofEach(1, usd).picos;
}

function amountOf({ cost, lines }: CostRecord, { usd }: BudgetConfig): bigint {
  if (usd !== undefined) return Usd.parse(cost.known).picos;
  return BigInt(lines.reduce((sum, { total_tokens: tokens }) => sum + (tokens ?? 0), 0));
}

/** Undefined: the record is in no partition of this budget. */
function partitionOf(record: CostRecord, { partition, tag }: BudgetConfig): string | undefined {
  if (partition === 'global') return '';
  const { consumer, route, service, authenticated_entity: credential, ai, tags } = record;
  const value = {
    consumer: consumer?.username ?? consumer?.custom_id ?? consumer?.id,
    credential: credential?.id,
    route: route?.name ?? route?.id,
    service: service?.name ?? service?.id,
    provider: ai.proxy.meta.provider_name,
    model: ai.proxy.meta.request_model,
    tag: tags[tag ?? ''],
  }[partition];
  return value === undefined ? undefined : `${partition === 'tag' ? tag : partition}=${value}`;
}
