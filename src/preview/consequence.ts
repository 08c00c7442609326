import { exportConsequence } from "./consequence-export.ts";
import { syncConsequence } from "./consequence-sync.ts";
import { tableConsequence } from "./consequence-table.ts";
import type { Operation } from "./change.ts";

export interface Effect {
  operation: Operation;
  type: string;
  /** The recorded inputs; none for a create. */
  before?: Record<string, unknown>;
  /** The desired inputs; none for a delete. */
  after?: Record<string, unknown>;
}

/** One sentence: what happens to the data. */
export function consequenceOf(effect: Effect): string {
  const sentence = sentenceOf(effect);
  const adopts = effect.operation === "create" && effect.after?.["adopt"] === true;
  return adopts ? `${sentence} If it exists already, it is taken over.` : sentence;
}

function sentenceOf({ operation, type, before = {}, after = {} }: Effect): string {
  switch (type) {
    case "ResourceDataSync":
      return syncConsequence(operation, before, after);
    case "DataExportConfiguration":
      return exportConsequence(operation, before, after);
    case "AssetTable":
      return tableConsequence(operation, before, after);
    default:
      return `The resource is ${verbs[operation]}; what its data does is up to its provider.`;
  }
}

const verbs: Record<Operation, string> = {
  create: "created",
  update: "changed in place",
  replace: "replaced",
  delete: "deleted",
};
