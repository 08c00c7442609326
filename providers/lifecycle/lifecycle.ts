import type { ClaimLook } from "./claim-look.ts";
import type { ExpirationLook } from "./expiration-look.ts";
import type { Clients, Connection, Subject } from "../../src/aws/index.ts";
import type { ResourceKind } from "../../src/resources/kinds.ts";
import type { Finding } from "./finding.ts";
import type { Ownership } from "./ownership.ts";
import type { Progress } from "./progress.ts";
import type { IdForm } from "../settings/id-form.ts";
import type { Problem, Rule } from "../settings/rules.ts";

/** What a lifecycle works with. All input and output goes through it. */
export interface Work {
  /**
   * Each call of theirs that changes something first makes sure that the engine lives (engine-liveness.ts): a killed engine drops nothing.
   * What changes AWS in any other way than by these clients has to ask the same itself, right before.
   */
  clients: Clients;
  /** Connects anew, for a last look that goes on when the work was told to end. Absent where nothing is changed. */
  connectFor?: (signal: AbortSignal) => Promise<Clients>;
  progress: Progress;
  /**
   * Looks at what many resources of a plan have in common, once for all: in the plan's accounts one after the other, the owner's first where it
   * is known, until an answer is enough.
   */
  share?: <T>(
    key: string,
    look: (clients: Clients) => Promise<T>,
    isEnough: (answer: T) => boolean,
    owner?: string,
  ) => Promise<T>;
  /** Tells in which account a bucket is taken to be: that of all the plan's syncs that deliver to it, where they have one in common. */
  soleUserOf?: (bucket: string) => string | undefined;
  /**
   * Looks at what the plan's claim of an account and Region comes to, once for all; `untouched` where the plan leaves the claim as it is, and
   * `undefined` where that is not known. Absent where no plan is looked at.
   */
  claimAhead?: (target: Pick<Connection, "account" | "region">) => Promise<ClaimLook | "untouched" | undefined>;
  /** Tells whether the plan deletes a domain's export. Absent where no plan is looked at, and it is taken to be deleted. */
  isLeaving?: (exported: Pick<Connection, "account" | "region"> & { domain: string }) => boolean;
  /** Whether the plan changes the resource in place. Absent where no plan is looked at. */
  isInPlace?: boolean;
  /** Whether the plan that is carried out was judged by the roles of all accounts: what this one may not read stops nothing then. */
  isPlanJudged?: boolean;
  /** Told what a preflight of a claim found in the slot. */
  onClaim?: (look: ClaimLook) => void;
  /** Told what a preflight of an export found of the rows that its expiration is about. */
  onExpiration?: (look: ExpirationLook) => void;
  /** Tells whether what a create meets may be taken over. */
  ownership: Ownership;
  /** Whether the run is limited to other resources than this one: it is touched for their sake, and nothing comes of what the program wants of it. */
  isUntargeted?: boolean;
  /** Whether who started the run tells people itself what becomes of their data, and what exports after a failure. */
  isReportedElsewhere?: boolean;
  /** The inputs of the change in place of this resource that an earlier run did not see the end of, where that is known. */
  interruptedUpdate?: Readonly<Record<string, unknown>>;
  /** Aborted when the engine ends the process, or is gone: every wait and every call ends with it. */
  signal: AbortSignal;
}

/** Null for each property of `State` that may be absent, but for bookkeeping and for `adopt`, which is not recorded. */
export type Absent<State> = {
  [Key in keyof State as {} extends Pick<State, Key> ? Exclude<Key, "adopt" | `__${string}`> : never]-?: null;
};

/**
 * One kind of resource. `Settings` is what is desired, complete and in canonical form; `State` is what is recorded: the settings and
 * what AWS told.
 *
 * Promises, which the engine's recovery from crashes rests on:
 * - `normalise` and `rules` are pure; equal inputs give equal settings.
 * - `preflight` writes nothing, and is the one place where a precondition is known. It runs in `check` of a change that takes something away.
 * - `observe` writes nothing. It gives `undefined` only when AWS says that the resource is not there; denied, throttled and unknown are thrown.
 * - `create` may be called again after any failure. What is there already is taken over only on a ground that `work.ownership` gives; anything else is an
 *   error and is left as it is.
 * - `update` may be called again after any failure, and finishes what a create or an update left unfinished.
 * - `delete` of the absent succeeds, and returns only when the resource is gone.
 * - What exists although `create` or `update` failed is thrown as {@link Unfinished}.
 */
export interface Lifecycle<Settings extends Connection, State extends Settings> {
  /** Its row in the table of kinds: which settings it has, and which of them AWS can change in place. */
  kind: ResourceKind;
  /** What is wrong with the inputs, each with its property. */
  rules: Rule;
  /** Paths whose change may lose rows, although it is made in place. */
  losesRows?: readonly string[];
  /**
   * Notes that the program declares this resource in this run, and returns what is wrong with that beside what else it declares; `recorded` is
   * absent where it is made anew.
   */
  declare?(desired: Settings, recorded: Settings | undefined): Problem[];
  /** The inputs with every default, in canonical form and order, and with all that can be derived from them. */
  normalise(inputs: Record<string, unknown>): Settings;
  idOf(settings: Settings): string;
  /** The form of its ids, for whoever reads a resource that is not managed here. */
  idForm: IdForm;
  /** What `observe` need not tell: recorded as null where it is absent, so that every output is known. */
  absent: Absent<State>;
  /** How messages speak of it. */
  subjectOf(settings: Settings): Subject;
  observe(recorded: State, work: Work): Promise<State | undefined>;
  /** Whether AWS has what `observe` returned of a resource that was never recorded; by default it has. */
  isInAws?(found: State): boolean;
  /** When AWS created the object that is there now, ISO 8601; `undefined` when none is there, or AWS does not tell. Asked before a delete. */
  createdAtOf?(recorded: State, work: Work): Promise<string | undefined>;
  /** Finds what AWS would refuse, and what would be lost, if `recorded`, or nothing, became `desired`. */
  preflight?(desired: Settings, recorded: Settings | undefined, work: Work): Promise<Finding[]>;
  /**
   * Finds what nobody has looked at of a resource that a plan makes anew, after the one in whose place it comes; `undefined` where that is nothing.
   */
  anewPreflight?(desired: Settings): ((work: Work) => Promise<Finding[]>) | undefined;
  /** Finds the same if `recorded` were deleted for good. */
  removalPreflight?(recorded: State, work: Work): Promise<Finding[]>;
  create(desired: Settings, work: Work): Promise<State>;
  update(desired: Settings, recorded: State, work: Work): Promise<State>;
  delete(recorded: State, work: Work): Promise<void>;
  /**
   * By whose credentials a delete works where something takes the place of `recorded` in this run: what cannot be finished by them is met
   * before anything is taken away, and a role that is no longer there is not asked for.
   */
  successorOf?(recorded: State): Connection | undefined;
}

/** A resource exists, but not all of its settings could be made so. The engine records it and updates it at the next run. */
export class Unfinished extends Error {
  override name = "Unfinished";
  /** What is to be recorded. */
  readonly state: object;

  constructor(message: string, state: object, cause?: unknown) {
    super(message, { cause });
    this.state = state;
  }
}
