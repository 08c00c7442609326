import { clockAheadMs, explain, isOfUnreached, isOptIn, targetName } from "../src/aws/index.ts";
import type { Clients, Connection, Subject } from "../src/aws/index.ts";
import type { ClaimLook } from "./lifecycle/claim-look.ts";
import { LookClients } from "./access/look-clients.ts";
import { unreadableFinding } from "./access/unreadable-finding.ts";
import { findingOfFailedLook, triedFindings } from "./access/failed-look.ts";
import type { Work } from "./lifecycle/lifecycle.ts";
import type { Finding } from "./lifecycle/finding.ts";
import type { Interrupted } from "./lifecycle/interrupted.ts";
import { Ownership } from "./lifecycle/ownership.ts";
import { RolePermissions } from "./access/role-permissions.ts";
import type { FirstStep } from "./access/role-permissions.ts";
import { partitionFindings, optInFindings, regionStatuses } from "./access/region-preflight.ts";
import { resourceDataSync } from "./resource-data-sync.ts";
import { lifecycleOf, settle, withoutBookkeeping } from "./settled.ts";
import { quotaFindings, sharingFindings } from "./sync/sync-preflight.ts";
import { forgetRecorded, noteRecorded } from "./slot/recorded-claims.ts";
import { findRecreation, soleUserOf, roleSteps } from "./planned-change.ts";
import type { Forecast, PlannedChange } from "./planned-change.ts";

type Properties = Record<string, unknown>;

/** What a look ahead goes by. */
export interface PreflightOptions {
  /** One for each account that may own what many resources share: those that the plan is about, and others that the spec names. */
  connections: { used: readonly Connection[]; named?: readonly Connection[] };
  /** The creates that earlier runs did not see the end of, by URN. */
  interrupted: Readonly<Record<string, Interrupted>>;
  /** All that the plan changes: what one comes to may depend on another. @default none */
  changes?: readonly PlannedChange[];
  /** The exports that the plan deletes, as `account/region/domain`. @default any of them */
  leaving?: ReadonlySet<string>;
  /** What is recorded of resources, which tells the allowances that earlier losses have used. */
  recorded?: readonly Properties[];
  signal: AbortSignal;
}

/** Looks ahead for the changes of one plan: who looks shares the clients of each account and Region, and counts the calls. */
export class Preflight {
  readonly #signal: AbortSignal;
  readonly #clients: LookClients;
  readonly #looks = new Map<string, Promise<unknown>>();
  readonly #accounts: readonly Connection[];
  readonly #askingConnections: Connection[];
  readonly #changes: readonly PlannedChange[];
  readonly #forecasts = new WeakMap<PlannedChange, Promise<Forecast>>();
  readonly #interrupted: PreflightOptions["interrupted"];
  readonly #leaving: PreflightOptions["leaving"];
  readonly #permissions = new RolePermissions(() => this.#changes.flatMap(roleSteps));

  constructor({ connections, interrupted, changes = [], leaving, recorded = [], signal }: PreflightOptions) {
    forgetRecorded();
    for (const each of recorded) noteRecorded(each);
    const { used, named = [] } = connections;
    this.#accounts = [...used, ...named];
    this.#askingConnections = [...used.slice(0, mostAskedAccounts), ...named.slice(0, mostAskedAccounts)];
    this.#interrupted = interrupted;
    this.#changes = changes;
    this.#leaving = leaving;
    this.#signal = signal;
    this.#clients = new LookClients(signal);
  }

  /** How many calls were made so far, to AWS STS not counted. */
  get calls(): number {
    return this.#clients.calls;
  }

  /**
   * Finds what AWS would refuse, or what would be lost, by the change. Reads only: a call that would change something is an error.
   * @throws {CredentialsError} when the caller's own credentials are missing or refused
   */
  forecast(change: PlannedChange): Promise<Forecast> {
    const known = this.#forecasts.get(change) ?? this.#forecast(change);
    this.#forecasts.set(change, known);
    return known;
  }

  async #forecast(change: PlannedChange): Promise<Forecast> {
    const forecast = await this.#look(change);
    const isTried = change.isRemoval && !lifecycleOf(change.type).removalPreflight;
    return isTried && !forecast.isKept ? { ...forecast, findings: triedFindings(forecast.findings, change) } : forecast;
  }

  async #look(change: PlannedChange): Promise<Forecast> {
    const { type, urn, recorded, desired, isInPlace, isRemoval } = change;
    const lifecycle = lifecycleOf(type);
    const settings = settle(type, desired);
    const subject = lifecycle.subjectOf(settings);
    const forecast: Forecast = { findings: [] };
    const elsewhere = partitionFindings(settings);
    if (elsewhere.length > 0) return { findings: elsewhere };
    try {
      const clients = await this.#clients.connect(settings);
      const disabled = await this.#optIn(settings, clients);
      if (disabled.length > 0) return { findings: disabled };
      const work: Work = {
        clients,
        progress: silentProgress,
        ownership: new Ownership(
          desired["adopt"] === true,
          urn,
          async (urn) => this.#interrupted[urn],
          () => clockAheadMs(settings),
        ),
        signal: this.#signal,
        isInPlace,
        share: (key, look, isEnough, owner) => this.#share({ key, requester: settings, owner }, look, isEnough),
        soleUserOf: (bucket) => soleUserOf(bucket, this.#changes),
        claimAhead: (target) => this.#claimAhead(target),
        isLeaving: (exported) => this.#leaving?.has(`${targetName(exported)}/${exported.domain}`) ?? true,
        onClaim: (look) => (forecast.claim = look),
        onExpiration: (look) => (forecast.expiration = look),
      };
      forecast.findings =
        (isRemoval
          ? await lifecycle.removalPreflight?.({ ...withoutBookkeeping(desired), ...settings }, work)
          : await lifecycle.preflight?.(settings, recorded && settle(type, recorded), work)) ?? [];
      const recreated = await findRecreation(change, settings, work);
      if (isRemoval && recreated.length > 0) forecast.isKept = true;
      forecast.findings.push(...recreated);
    } catch (error) {
      this.#clients.noteRefusal(settings, error);
      const failed = findingOfFailedLook(error, explain(error, "look ahead for", subject).message, settings);
      forecast.findings = [failed];
      if (isOfUnreached(error)) forecast.isUnreached = true;
      if (failed.severity === "error") return forecast;
    }
    // A role that may not look may be asked about all the same.
    const steps = forecast.isKept ? [] : roleSteps(change);
    for (const step of steps) forecast.findings.push(...(await this.#stepFindings(step, subject)));
    return forecast;
  }

  /** What is replaced is deleted by its own role, which may be another one than that of the rest. */
  async #stepFindings(step: FirstStep, subject: Subject): Promise<Finding[]> {
    if (step.isUnreadable) {
      const { role } = step.desired;
      const cure = `Leave ${role} as it is until this is applied, and make sure that it may delete.`;
      return [unreadableFinding(`The deletion of what is replaced in ${targetName(step.desired)}`, role, cure)];
    }
    try {
      const clients = await this.#clients.connect(step.desired);
      return await this.#permissions.findings(step, { clients, signal: this.#signal });
    } catch (error) {
      this.#clients.noteRefusal(step.desired, error);
      return [findingOfFailedLook(error, explain(error, "look ahead for", subject).message, step.desired)];
    }
  }

  /** Finds the roles of which it is not known what they may do, each at the first change that it is for in an account and Region; after all outlooks. */
  async unknownRoleFindings(): Promise<{ change: PlannedChange; finding: Finding }[]> {
    const found: { change: PlannedChange; finding: Finding }[] = [];
    for (const change of this.#changes) {
      for (const step of roleSteps(change)) {
        const findings = await this.#permissions.unknownFindings(step);
        found.push(...findings.map((finding) => ({ change, finding })));
      }
    }
    return found;
  }

  async #claimAhead(target: Pick<Connection, "account" | "region">): Promise<ClaimLook | "untouched" | undefined> {
    const at = (properties: Properties) => targetName(properties as unknown as Connection);
    const claim = this.#changes.find(
      ({ type, desired, isRemoval }) => type === "AssetTable" && !isRemoval && at(desired) === targetName(target),
    );
    return claim ? (await this.forecast(claim)).claim : "untouched";
  }

  #askingConnectionsFor(owner: string | undefined): Connection[] {
    const first = this.#accounts.find(({ account }) => account === owner);
    return first ? [first, ...this.#askingConnections.filter((one) => one !== first)] : this.#askingConnections;
  }

  /** A target whose credentials are refused has its own finding; another one may know the answer. */
  async #share<T>(
    { key, requester, owner }: { key: string; requester: Connection; owner?: string },
    look: (clients: Clients) => Promise<T>,
    isEnough: (answer: T) => boolean,
  ): Promise<T> {
    const known = this.#looks.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = (async () => {
      for (const connection of this.#askingConnectionsFor(owner)) {
        const clients = await this.#clients.connect(connection).catch(() => undefined);
        const found =
          clients && (await look(clients).catch((error: unknown) => this.#clients.noteRefusal(connection, error)));
        if (found !== undefined && isEnough(found)) return found;
      }
      return look(await this.#clients.connect(requester));
    })();
    this.#looks.set(key, answer);
    return answer;
  }

  /**
   * Finds whether the syncs that a plan makes in one account and Region, of one type, are more than AWS takes, or more of them shared.
   * @param recorded those that the stack has recorded there
   */
  async findingsAcross(changes: readonly PlannedChange[], recorded: readonly Properties[]): Promise<Finding[]> {
    const added = changes.map(({ desired }) => resourceDataSync.normalise(withoutBookkeeping(desired)));
    const isNew = changes.map((change) => change.recorded === undefined);
    const before = recorded.map((properties) => resourceDataSync.normalise(withoutBookkeeping(properties)));
    const shared = before.filter(({ s3Destination }) => s3Destination?.destinationDataSharing);
    const namesOf = (syncs: typeof before) => syncs.map(({ syncName }) => syncName);
    try {
      const clients = await this.#clients.connect(added[0]!);
      const ownership = new Ownership(false, undefined);
      const work: Work = { clients, progress: silentProgress, ownership, signal: this.#signal };
      return [
        ...(await quotaFindings(
          added.filter((_, index) => isNew[index]),
          work,
        )),
        ...(await sharingFindings(added, namesOf(shared), namesOf(before), work)),
      ];
    } catch {
      // What kept it from being listed is told by each sync's own look.
      return [];
    }
  }

  /** Which Regions an account has is asked once for all of its Regions of opt-in; the others it has. */
  async #optIn(connection: Connection, clients: Clients): Promise<Finding[]> {
    if (!isOptIn(connection.region)) return [];
    const key = `regions ${connection.account}`;
    const asked = (this.#looks.get(key) as ReturnType<typeof regionStatuses> | undefined) ?? regionStatuses(clients);
    this.#looks.set(key, asked);
    return optInFindings(connection, await asked);
  }
}

/** How many accounts of either sort are asked for a bucket or key that may not be looked at. */
const mostAskedAccounts = 10;

const silentProgress = { status: () => {}, info: () => {}, warn: () => {} };
