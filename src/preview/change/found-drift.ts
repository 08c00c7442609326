import { pathOfSetting, settingOf } from "../../targets/index.ts";
import type { Declaration, DeclaringEntry } from "../../targets/index.ts";
import type { Spec } from "../../spec/index.ts";
import { compareText, resourceKey } from "./change.ts";
import type { Change } from "./change.ts";
import { driftIn } from "./drift.ts";
import { partsOfUrn, stepOf } from "./engine-event.ts";
import type { EngineEvent } from "./engine-event.ts";
import { propertiesOf } from "./properties.ts";
import type { Property } from "./properties.ts";

/** A setting that AWS has otherwise than it was applied last. A side that is absent is not set there. */
export interface DriftedLeaf {
  /** The input's dotted path. */
  path: string;
  /** What the entry of the spec calls it, such as `source.regions`. */
  setting?: string;
  spec?: unknown;
  applied?: unknown;
  aws?: unknown;
  /** Where the spec says it, or the entry that leaves it out. */
  source?: Change["source"];
}

/** A resource that AWS has otherwise than it was applied last, or no longer. */
export interface FoundDrift {
  found: "changed" | "gone";
  type: string;
  name: string;
  account?: string;
  region?: string;
  /** The entry that declares it; absent where none does. */
  source?: Change["source"];
  /** Empty where it is gone. */
  leaves: DriftedLeaf[];
}

/** A resource that drifted, with its inputs on all three sides. */
export interface DriftSides {
  drift: FoundDrift;
  /** Absent where nothing declares it. */
  spec?: Record<string, unknown>;
  applied: Record<string, unknown>;
  /** Absent where it is gone. */
  aws?: Record<string, unknown>;
}

/** What tells where the spec says something. */
export interface WrittenSpec {
  declarations: readonly Declaration[];
  entries: ReadonlyMap<string, DeclaringEntry>;
  sourceMap: Pick<Spec["sourceMap"], "placeOf">;
}

/** Returns what reading everything back has found otherwise than recorded, sorted by name, with all three sides of each setting. */
export function foundDrift(events: readonly EngineEvent[], written: WrittenSpec): DriftSides[] {
  const declared = new Map(written.declarations.map((one) => [resourceKey(one), one]));
  const desired = desiredIn(events);
  const all = [...driftIn(events)].map(([urn, { found, applied, current, properties }]): DriftSides => {
    const { type, name } = partsOfUrn(urn);
    const declaration = declared.get(resourceKey({ type, name }));
    const spec = declaration && (desired.get(urn) ?? declaration.inputs);
    const { account, region } = (declaration ?? applied) as { account?: string; region?: string };
    const entry = written.entries.get(resourceKey({ type, name }));
    const sides = { applied, ...(spec && { spec }), ...(current && { aws: current }) };
    return {
      drift: {
        found,
        type,
        name,
        ...(account !== undefined && { account }),
        ...(region !== undefined && { region }),
        ...(declaration && { source: declaration.source }),
        leaves:
          found === "gone" ? [] : leavesOf(type, properties, spec, (setting) => sourceOf(setting, entry, written)),
      },
      ...sides,
    };
  });
  return all.toSorted((a, b) => compareText(a.drift.name, b.drift.name) || compareText(a.drift.type, b.drift.type));
}

function leavesOf(
  type: string,
  properties: readonly Property[],
  spec: Record<string, unknown> | undefined,
  sourceIn: (setting: string) => Change["source"],
): DriftedLeaf[] {
  const declaredValues = new Map(propertiesOf(undefined, spec).map(({ path, after }) => [path, after]));
  return properties.map(({ path, ...sides }) => {
    const setting = settingOf(type, path);
    const source = setting === undefined ? undefined : sourceIn(setting);
    return {
      path,
      ...(setting !== undefined && { setting }),
      ...(declaredValues.has(path) && { spec: declaredValues.get(path) }),
      ...("before" in sides && { applied: sides.before }),
      ...("after" in sides && { aws: sides.after }),
      ...(source && { source }),
    };
  });
}

function sourceOf(setting: string, entry: DeclaringEntry | undefined, { sourceMap }: WrittenSpec): Change["source"] {
  return entry && sourceMap.placeOf(pathOfSetting(entry, setting));
}

/** What is wanted of each resource, as its provider has filled it in. */
function desiredIn(events: readonly EngineEvent[]): Map<string, Record<string, unknown>> {
  const wanted = events.flatMap((event) => {
    const { op, urn, new: state } = stepOf(event) ?? {};
    return op !== undefined && op !== "refresh" && urn !== undefined && state?.inputs
      ? [[urn, state.inputs] as const]
      : [];
  });
  return new Map(wanted);
}
