// Does what clients_test.py asks of the JavaScript client: reads {"options": {...}, "calls": [["name", ...], ...],
// "flush": true} from standard input, and prints {"dropped": n, "lastError": text} after close().
import { OrchestratorRecords } from "../../clients/js/orchestrator-records.mjs";

let text = "";
for await (const piece of process.stdin) text += piece;
const { options, calls, flush, close } = JSON.parse(text);
const records = new OrchestratorRecords(options);
for (const [name, ...given] of calls) records[name](...given);
if (flush) await records.flush();
await records.close(close);
console.log(JSON.stringify({ dropped: records.dropped, lastError: records.lastError }));
