export interface OrchestratorRecordsOptions {
  /** Where the exporter listens; default http://127.0.0.1:10190. */
  url?: string;
  /** A line of the exporter's --ingest.token-file, needed from other hosts. */
  token?: string;
  /** Milliseconds between two sendings; default 1000. */
  flushInterval?: number;
  /** Records that wait at most; the oldest go when there are more. Default 10,000. */
  maxBuffered?: number;
  /** Milliseconds that an answer may take; default 5000. */
  timeout?: number;
}

export class OrchestratorRecords {
  constructor(options?: OrchestratorRecordsOptions);
  /** Records that were thrown away: too many, refused, or recorded after close(). */
  readonly dropped: number;
  /** Why the last attempt failed. */
  readonly lastError: string | null;

  recordSessionStart(orchestrator: string, sessionType: string): void;
  recordSessionEnd(orchestrator: string, sessionType: string): void;
  recordTokenUsage(orchestrator: string, model: string, tokens: number): void;
  recordMessageLatency(orchestrator: string, milliseconds: number): void;
  recordToolInvocation(orchestrator: string, tool: string, status: "success" | "error" | "timeout"): void;
  recordDelegation(from: string, to: string, status: "success" | "error" | "rejected"): void;
  recordError(orchestrator: string, errorType: string): void;
  updateNodeLoad(node: string, load: number): void;
  updateBudgetUtilization(orchestrator: string, period: "daily" | "weekly" | "monthly", percent: number): void;
  /** `unit` is "1" if it has none. */
  recordCustomMetric(name: string, value: number, unit?: string): void;
  recordMemoryUsage(component: string, bytes: number): void;
  recordQueryPerformance(operation: string, milliseconds: number, rows?: number): void;
  recordTraceOverhead(milliseconds: number, events: number): void;

  /** Resolves when all that was recorded before is sent or dropped. */
  flush(): Promise<void>;
  /** Sends what is left, for as long as `timeout` milliseconds; later records are dropped. */
  close(timeout?: number): Promise<void>;
}
