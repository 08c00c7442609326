export { lookBefore } from "./before.ts";
export type { ProbeAllowance, ProbeClients, ProbeTarget } from "./probe-target.ts";
export { fileLedger, readLedger } from "./ledger.ts";
export type { LedgerContent } from "./ledger.ts";
export { effort, intentions, probe } from "./probe.ts";
export { nameOfMade, removeMade } from "./removing.ts";
export type { ProbeReport } from "./report.ts";
