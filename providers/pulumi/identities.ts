import type { Problem } from "../settings/rules.ts";
import { isMovedResource, isSameResource } from "../lifecycle/urns.ts";

/** The resource that a delete is about, as far as the state tells. */
export interface DeletedResource {
  /** Of the recorded resource; `undefined` where neither the engine nor the state tells it. */
  urn: string | undefined;
  /** When AWS created the object, ISO 8601, as recorded. */
  createdAt: string | undefined;
}

/** The resource for which an object stays although its recorded resource is deleted. */
export interface KeepingResource {
  urn: string | undefined;
  /** Whether it has the object already. One that is declared and has not been made yet must not lose it to a leftover. */
  hasObject: boolean;
}

interface Declared {
  urn: string | undefined;
  identity: string;
  /** The identity that it had before this run, once `check` was told of it. */
  had?: string;
  /** Recorded before this run, and neither replaced nor created in it. */
  keeps: boolean;
  made?: "failed" | "created" | "tookOver";
  /** Of the object that was made. */
  createdAt?: string;
}

/**
 * Which AWS identity this run declares under which URN. `check` is called for each resource before anything that is no longer declared is
 * deleted, so that a delete can tell whether its object has only changed its name in the program.
 */
export class Identities {
  readonly #declared = new Map<string, Declared>();
  /** Under which URN an identity was declared last. */
  readonly #urns = new Map<string, string>();

  /**
   * Notes a check. `had` is the identity of the recorded resource; `undefined` for one that is to be created, be it in a replacement.
   * @returns the URN under which this run declares the same identity too
   */
  declare(urn: string | undefined, identity: string, had: string | undefined): string | undefined {
    const key = urn ?? identity;
    const known = this.#declared.get(key);
    this.#declared.set(key, {
      ...known,
      urn,
      identity,
      had: had ?? known?.had,
      keeps: had === identity,
    });
    if (urn === undefined) return undefined;
    const other = this.#urns.get(identity);
    this.#urns.set(identity, urn);
    return other !== undefined && other !== urn && this.#declared.get(other)?.identity === identity ? other : undefined;
  }

  /** Notes how the creation of what was declared has ended. */
  noteCreation(urn: string | undefined, identity: string, how: Declared["made"], createdAt?: string): void {
    const declared = this.#declared.get(urn ?? identity);
    if (declared?.identity === identity) Object.assign(declared, { made: how, createdAt });
  }

  /**
   * Returns who has the object of this identity or is to have it, so that deleting it would take it away from them; `undefined` when the
   * recorded resource alone speaks of it.
   */
  keeperOf(identity: string, deleted: DeletedResource): KeepingResource | undefined {
    const declared = [...this.#declared.values()];
    const claims = declared.filter((one) => one.identity === identity);
    const keeper = claims.find((one) => hasObject(one, deleted));
    if (keeper) return { urn: keeper.urn, hasObject: true };
    // The recorded resource itself becomes another one, and so makes way.
    const isItself = (urn: string | undefined) => isMovedResource(urn, deleted.urn);
    const isReplaced = declared.some(({ urn }) => isItself(urn));
    const next = claims.find(
      ({ urn, had, made }) =>
        made !== "created" && had !== identity && (isItself(urn) ? made === "failed" : !isReplaced),
    );
    return next && deleted.urn !== undefined ? { urn: next.urn, hasObject: false } : undefined;
  }
}

function hasObject({ urn, keeps, made, createdAt }: Declared, deleted: DeletedResource): boolean {
  if (made !== "created") return keeps || made === "tookOver";
  // What was created in this run can only be deleted in it as the old half of a replacement, which is another object.
  return createdAt === undefined ? !isSameResource(urn, deleted.urn) : createdAt !== deleted.createdAt;
}

/** Returns the problem of two resources of one program that mean one object in AWS. The engine names the one that has it. */
export function declaredTwice(other: string): Problem {
  return { property: "", reason: `${other} is the same in AWS, which can hold it only once. Take one of the two out.` };
}
