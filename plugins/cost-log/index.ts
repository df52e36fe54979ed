// cost-log: every token priced, every record kept. The outermost stage; what it writes, sinks in the primary process
// take from the spool.
import { definePlugin } from '../../kong/relay/plugin.ts';
import { costLogConfig } from './config.ts';
import { costLogNode } from './node/index.ts';
import { metricsTable, recordTable } from './record/table.ts';
import { startStage } from './stage.ts';

export const costLog = definePlugin({
  name: 'cost-log',
  version: '0.1.0',
  priority: 799,
  config: costLogConfig,
  stage: startStage,
  node: costLogNode,
  readme: () => ({ record: recordTable(), metrics: metricsTable() }),
});
