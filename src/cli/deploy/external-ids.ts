import { unreadableFinding } from "../../../providers/access/unreadable-finding.ts";
import type { Forecast, PlannedChange } from "../../../providers/planned-change.ts";
import type { Connection } from "../../aws/index.ts";
import type { Spec } from "../../spec/index.ts";
import { namedConnections } from "../../targets/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { RecordedResource } from "../engines/engine-contract.ts";

/**
 * Events do not tell secrets. Without the external id that the spec gives, nobody could look in the role's account: that of the resource, or, where
 * nothing declares it any more, of whatever works by the same role.
 */
export function withExternalId(
  change: PlannedChange,
  declaration: Declaration | undefined,
  byRole: (connection: Connection) => Partial<Connection> | undefined,
): PlannedChange {
  const { desired, recorded } = change;
  if (!isGuarded(desired) && !isGuarded(recorded)) return change;
  const now: Partial<Connection> | undefined = declaration?.inputs ?? byRole(desired as unknown as Connection);
  const before = recorded?.["role"] === desired["role"] ? now : recorded && byRole(recorded as unknown as Connection);
  return {
    ...change,
    ...(isGuarded(desired) && {
      desired: { ...desired, externalId: now?.externalId },
      ...(!now && { isUnreadable: true }),
    }),
    ...(isGuarded(recorded) && {
      recorded: { ...recorded, externalId: before?.externalId },
      ...(!before && { isUnreadableBefore: true }),
    }),
  };
}

/** Gives changes the external ids that the state alone knows, where it can be read with its secrets. */
export async function withRecordedIds(
  changes: readonly PlannedChange[],
  readState: (() => Promise<readonly RecordedResource[] | undefined>) | undefined,
): Promise<readonly PlannedChange[]> {
  if (!changes.some(({ isUnreadable, isUnreadableBefore }) => isUnreadable || isUnreadableBefore)) return changes;
  const keyOf = (urn: string, role: unknown) => `${urn} ${String(role)}`;
  const ids = new Map(
    ((await readState?.()) ?? []).flatMap(({ urn, inputs }): [string, string][] => {
      const id = textOf(inputs?.["externalId"]);
      return id === undefined ? [] : [[keyOf(urn, inputs?.["role"]), id]];
    }),
  );
  return changes.map(({ isUnreadable, isUnreadableBefore, ...change }) => {
    const { urn, desired, recorded } = change;
    const now = isUnreadable && ids.get(keyOf(urn, desired["role"]));
    const before = isUnreadableBefore && ids.get(keyOf(urn, recorded?.["role"]));
    return {
      ...change,
      ...(isUnreadable && (now ? { desired: { ...desired, externalId: now } } : { isUnreadable })),
      ...(isUnreadableBefore && (before ? { recorded: { ...recorded, externalId: before } } : { isUnreadableBefore })),
    };
  });
}

/** The embedded engine tells what a secret is as its value, the Pulumi CLI as JSON text. */
function textOf(secret: unknown): string | undefined {
  const { value, plaintext } = (secret ?? {}) as { value?: unknown; plaintext?: unknown };
  const text: unknown = typeof plaintext === "string" ? JSON.parse(plaintext) : (value ?? secret);
  return typeof text === "string" ? text : undefined;
}

/** What is absent is recorded as null. */
const isGuarded = (inputs: PlannedChange["desired"] | undefined): inputs is PlannedChange["desired"] =>
  (inputs?.["externalId"] ?? undefined) !== undefined;

/** Returns what finds whatever works by the same role: the first declaration that does, else an account that the spec names. */
export function connectionsByRole(
  declarations: readonly Declaration[],
  spec: NamedAccounts | undefined,
): (connection: Connection) => Partial<Connection> | undefined {
  const declared = new Map<unknown, Partial<Connection>>();
  for (const { inputs } of declarations) if (!declared.has(inputs["role"])) declared.set(inputs["role"], inputs);
  return ({ role, region }) =>
    declared.get(role) ?? (spec && namedConnections(spec, region).find((named) => named.role === role));
}

/** Returns what is known of a change whose role's external id the state alone has: whoever applies it can do what a plan cannot look at. */
export function unreadableForecast({ desired }: PlannedChange): Forecast {
  const { account, region, role } = desired as unknown as Connection;
  return { findings: [unreadableFinding(`What lies in ${account}/${region}`, role)] };
}

/** What a spec says of the accounts that it names. */
type NamedAccounts = Pick<Spec, "accounts" | "role" | "externalId">;
