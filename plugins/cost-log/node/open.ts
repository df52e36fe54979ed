// What a stage and the primary process agree on.
import type { BudgetConfig, SinkConfig } from '../config.ts';

/** Below the data folder, when the config names none. */
export const SPOOL_FOLDER = 'cost-log';

/** What a stage tells the primary process when it starts. */
export interface OpenRequest {
  folder: string;
  pluginId: string;
  sinks: SinkConfig[];
  budgets: BudgetConfig[];
}
