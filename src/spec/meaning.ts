import { exportLimits, formatFindings, regionFindings, roleFindings, syncLimits } from "./limits.ts";
import type { Path, SpecFinding } from "./problem/problem.ts";
import { nameOf } from "./yaml/source-map.ts";
import { cureOfMissing } from "./missing-keys.ts";
import { restOfTargets } from "./spec.ts";
import type { ExportEntry, Selection, Spec, SyncEntry } from "./spec.ts";
import { regionListFindings, selectionFindings, twice } from "./selection-findings.ts";
import { didYouMean } from "./problem/suggest.ts";
import { locateFinding } from "./varied.ts";

/** Finds what is wrong with a spec of the right shape, as far as that is known without its targets. */
export function checkMeaning(spec: Spec): SpecFinding[] {
  return [
    ...checkAccounts(spec),
    ...checkAllowances(spec),
    ...checkOrder(spec),
    ...Object.entries(spec.regionGroups).flatMap(([name, list]) => checkGroup(name, list, spec)),
    ...spec.selections.flatMap((selection) => selectionFindings(selection, spec)),
    ...spec.syncs.flatMap((sync) => checkSync(sync, spec).map((finding) => locateFinding(finding, sync))),
    ...spec.exports.flatMap((entry) => checkExport(entry, spec).map((finding) => locateFinding(finding, entry))),
  ];
}

function checkAccounts(spec: Spec): SpecFinding[] {
  const findings = spec.role === undefined ? [] : roleFindings(spec.role, undefined, ["role"]);
  if (spec.externalId !== undefined) findings.push(...formatFindings("externalId", spec.externalId, ["externalId"]));
  const names = new Map<string, string>();
  for (const { name, id, role, externalId, regions, path } of spec.accounts) {
    findings.push(...regionListFindings(regions ?? [], [...path, "regions"], spec));
    findings.push(...twice(regions ?? [], [...path, "regions"]));
    const first = names.get(id);
    if (id !== "" && first !== undefined) {
      const message = `The account ${id} has two names, ${first} and ${name}.`;
      findings.push({ code: "duplicate-account", message, path, atKey: true, fix: "Keep one of them." });
    }
    names.set(id, first ?? name);
    if (externalId !== undefined) findings.push(...formatFindings("externalId", externalId, [...path, "externalId"]));
    const at = [...path, "role"];
    if (role !== undefined) findings.push(...roleFindings(role, id || undefined, at));
  }
  return findings;
}

/** A group is made of Regions and globs, not of groups. */
function checkGroup(name: string, list: readonly string[], spec: Spec): SpecFinding[] {
  const path = ["regions", name];
  return [...regionListFindings(list, path, { ...spec, regionGroups: {} }), ...twice(list, path)];
}

function checkAllowances({ allow, broken }: Spec): SpecFinding[] {
  const today = new Date().toISOString().slice(0, 10);
  const parts = ["loss", "of", "deletes", "replaces", "digest", "until"];
  const whole = allow.filter(({ path }) => !parts.some((part) => broken.has(nameOf([...path, part]))));
  return whole.flatMap(({ loss, of, deletes, replaces, digest, until, path }): SpecFinding[] => {
    const severity = "warning" as const;
    const counted = deletes !== undefined || replaces !== undefined;
    const kinds = [counted, digest !== undefined, loss !== undefined || of !== undefined].filter(Boolean).length;
    if (kinds !== 1 || (loss === undefined) !== (of === undefined)) {
      const message =
        "An allowance is for one loss of rows, with `loss` and `of`, or for a number of deletes or replaces, or for one plan.";
      const fix = "Write `loss:` and `of:`, or `deletes:` and `replaces:`, or `digest:`; one entry of a list for each.";
      return [{ code: "missing-key", message, path, fix }];
    }
    if (until === undefined) {
      if (!counted) return [];
      const message = "The allowance has no end: it counts for every later change as well.";
      const fix = "Add `until:` with the day on which the change is done.";
      return [{ code: "allowance-open", severity, message, path, fix }];
    }
    if (until >= today) return [];
    const what = loss === undefined ? "More than the guards let pass" : `The loss in ${loss}`;
    const message = `${what} was allowed until ${until}.`;
    const fix = "Remove it, or set another date if it is still meant.";
    return [{ code: "allowance-expired", severity, message, path: [...path, "until"], fix }];
  });
}

/** The names of waves. */
function checkOrder({ rollout, selections }: Spec): SpecFinding[] {
  const { order = [] } = rollout;
  const known = selections.flatMap(({ name }) => name ?? []);
  return order.flatMap((name, index): SpecFinding[] => {
    const path = ["rollout", "order", index];
    if (name === "") return [];
    if (order.indexOf(name) < index) {
      const message = `The wave ${name} is named twice.`;
      return [{ code: "wrong-value", message, path, fix: "Keep one of them." }];
    }
    if (name === restOfTargets) {
      if (!known.includes(name)) return [];
      const message = "In an order `rest` stands for what the other waves leave, and a selection has that name.";
      return [{ code: "wrong-value", message, path, fix: "Give the selection another name." }];
    }
    if (known.includes(name)) return [];
    const fix = (known.length > 0 && didYouMean(name, [...known, restOfTargets])) || "Add it under `targets`.";
    return [
      { code: "unknown-target", message: `No selection is named "${name}".`, path, fix, definition: ["targets", name] },
    ];
  });
}

/** What is wrong with where an entry is wanted, and where it is otherwise. */
function checkEntry({ selection, path, varied }: SyncEntry | ExportEntry, spec: Spec): SpecFinding[] {
  const overrides = varied?.overrides ?? [];
  return [
    ...checkSelection(selection, [...path, "targets"], spec),
    ...overrides.flatMap((override) => checkSelection(override.selection, [...override.path, "targets"], spec)),
  ];
}

function checkSelection(selection: Selection | undefined, path: Path, spec: Spec): SpecFinding[] {
  if (selection === undefined || spec.selections.includes(selection)) return [];
  if (selection.union) {
    const names = selection.union.map(({ name = "" }) => name);
    return [...selection.union.flatMap((one) => unknownSelection(one, spec)), ...twice(names, path)];
  }
  if (selection.name === "") return [];
  return selection.name === undefined
    ? selectionFindings(selection, spec)
    : unknownSelection({ ...selection, path }, spec);
}

function unknownSelection(selection: Selection, spec: Spec): SpecFinding[] {
  const { name, path } = selection;
  if (name === undefined || name === "" || spec.selections.some((known) => known.name === name)) return [];
  const known = spec.selections.map((selection) => selection.name!);
  const isAccount = /^\d{12}$/.test(name) || spec.accounts.some((account) => account.name === name);
  const account = /^\d/.test(name) ? `"${name}"` : name;
  const fix = isAccount
    ? `It is an account: write { accounts: [${account}], regions: [us-east-1] }, with its Regions.`
    : (didYouMean(name, known) ?? "Add it under `targets`.");
  return [
    { code: "unknown-target", message: `No selection is named "${name}".`, path, fix, definition: ["targets", name] },
  ];
}

function checkSync(sync: SyncEntry, spec: Spec): SpecFinding[] {
  const { destination, from, path } = sync;
  const findings = [...checkEntry(sync, spec), ...syncLimits(sync)];
  if (destination && from) {
    const message = `The sync ${sync.key} has a destination and a source; a sync has one of them.`;
    findings.push({
      code: "destination-and-source",
      message,
      path: [...path, "source"],
      atKey: true,
      fix: "Make it two syncs.",
    });
  }
  const isBroken = ["destination", "source"].some((key) => spec.broken.has(nameOf([...path, key])));
  if (!destination && !from && !isBroken) {
    const message = `The sync ${sync.key} has neither a destination nor a source.`;
    const fix = "Add `destination:` for Inventory to S3, or `source:` for Explorer.";
    findings.push({ code: "missing-key", message, path: [...path, "destination"], fix });
  }
  if (destination && !spec.broken.has(nameOf([...path, "destination"])))
    findings.push(...missing(sync, ["destination"], { bucket: destination.bucket, region: destination.region }));
  if (from) findings.push(...missing(sync, ["source"], { regions: from.regions.length > 0 ? "some" : "" }));
  if (from?.organization && from.organizationalUnits) {
    const message = "The source is the entire organization and some units of it; it can be one of them.";
    const at = [...path, "source", "organizationalUnits"];
    findings.push({
      code: "wrong-value",
      message,
      path: at,
      atKey: true,
      fix: "Remove `organization: entire`, or the units.",
    });
  }
  const { regions = [], organizationalUnits = [] } = from ?? {};
  findings.push(...twice(regions, [...path, "source", "regions"]));
  findings.push(...twice(organizationalUnits, [...path, "source", "organizationalUnits"]));
  from?.regions.forEach((region, index) =>
    findings.push(...regionFindings(region, [...path, "source", "regions", index])),
  );
  return findings;
}

/** The settings that an entry must have and that neither it nor the defaults give. */
function missing({ path }: SyncEntry | ExportEntry, at: Path, values: Record<string, string>): SpecFinding[] {
  const absent = Object.keys(values).filter((key) => values[key] === "");
  return absent.map((key) => ({
    code: "missing-key",
    message: `${[...path, ...at].join(".")} has no ${key}.`,
    path: [...path, ...at, key],
    fix: cureOfMissing(key, "a text"),
  }));
}

function checkExport(entry: ExportEntry, spec: Spec): SpecFinding[] {
  const { table, path } = entry;
  const findings = [...checkEntry(entry, spec), ...exportLimits(entry, undefined)];
  findings.push(...missing(entry, [], { domain: entry.domain }));
  if (entry.retain && table.onRemoval === "backUpAndDrop") {
    findings.push({
      code: "no-effect",
      severity: "warning",
      message: "table.onRemoval has no effect: with `retain: true` the table stays as it is, and nothing is deleted.",
      path: [...path, "table", "onRemoval"],
      fix: "Take one of the two out.",
    });
  }
  const at = [...path, "table", "keep"];
  const isBroken = [...spec.broken].some((name) => name.startsWith(nameOf(at).slice(0, -1)));
  if (entry.keep !== undefined && Object.keys(entry.keep).length === 0 && !isBroken) {
    const message = "table.keep does not say of how many days, weeks, months or years the newest backup stays.";
    findings.push({ code: "missing-key", message, path: at, fix: "Write `keep: { daily: 7, monthly: 12 }`." });
  }
  const backupAt = nameOf([...path, "table", "backup"]);
  for (const key of ["keep", "backupFreshness"] as const) {
    if (entry[key] === undefined || table.backup !== "none" || spec.broken.has(backupAt)) continue;
    const message = `table.${key} has no effect: there is no place for backups.`;
    const fix = "Set table.backup to s3://bucket/prefix, or take it out.";
    findings.push({ code: "no-effect", severity: "warning", message, path: [...path, "table", key], fix });
  }
  for (const key of ["onRemoval", "leftover"] as const) {
    if (table[key] !== "backUpAndDrop" || table.backup !== "none" || spec.broken.has(backupAt)) continue;
    const message = `table.${key} is backUpAndDrop, but there is no place for a backup.`;
    findings.push({
      code: "no-backup",
      message,
      path: [...path, "table", key],
      fix: "Set table.backup to s3://bucket/prefix.",
    });
  }
  return findings;
}
