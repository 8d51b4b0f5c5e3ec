import { startDynamoEngine } from '../../../infra/local/cloud/dynamodb-engine.ts';

// Starts the engine, tells that it answers, and stays until it is killed.
const engine = await startDynamoEngine(undefined);
console.log(JSON.stringify(await engine.call('ListTables', {})));
setInterval(() => undefined, 1000);
