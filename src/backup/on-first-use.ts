/** Returns the function that a module exports under this name as one that loads the module when it is first called. */
function deferred<Module, Name extends keyof Module>(name: Name, load: () => Promise<Module>): Deferred<Module[Name]> {
  return (async (...given: never[]) => ((await load())[name] as (...given: never[]) => unknown)(...given)) as Deferred<
    Module[Name]
  >;
}

type Deferred<Act> = Act extends (...given: infer Given) => infer Result
  ? (...given: Given) => Promise<Awaited<Result>>
  : never;

/**
 * Has what reads and writes tables, for the other rooms. The readers of Parquet, Avro and Iceberg are a fifth of all modules, and most commands
 * meet no table.
 */
export const loadOnFirstUse = {
  backUp: deferred("backUp", () => import("./backup.ts")),
  backUpInFreeLocation: deferred("backUpInFreeLocation", () => import("./back-up-in-free-location.ts")),
  checkBackup: deferred("checkBackup", () => import("./verify/check-backup.ts")),
  contentsOf: deferred("contentsOf", () => import("./table-contents.ts")),
  countRows: deferred("countRows", () => import("./verify/count-rows.ts")),
  planTable: deferred("planTable", () => import("./copy/plan.ts")),
  datedPlanOf: deferred("datedPlanOf", () => import("./history/days.ts")),
  daysOf: deferred("daysOf", () => import("./history/days.ts")),
  proveCopy: deferred("proveCopy", () => import("./verify/prove-copy.ts")),
  restoreHistory: deferred("restoreHistory", () => import("./history/history-table.ts")),
  restore: deferred("restore", () => import("./restore/restore.ts")),
  surveyBackup: deferred("surveyBackup", () => import("./survey.ts")),
  verify: deferred("verify", () => import("./verify/verify.ts")),
  wholeContentsOf: deferred("wholeContentsOf", () => import("./table-contents.ts")),
};
