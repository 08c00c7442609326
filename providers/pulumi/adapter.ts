import type { dynamic } from "@pulumi/pulumi";
import { clockAheadMs, connect, debugLog, explain, isUnanswered, withholdFromLog } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import { connectionProblems } from "../settings/connection-rules.ts";
import { diffAnswer } from "./diff-answer.ts";
import { differencesBetween } from "../settings/differences.ts";
import { errorsIn, findingText } from "../lifecycle/finding.ts";
import { HeldMessages } from "./held-messages.ts";
import { declaredTwice, Identities } from "./identities.ts";
import { deletesObject, stateBeside } from "./object-deletion.ts";
import { resourceToRead } from "../settings/id-form.ts";
import type { ResourceToRead } from "../settings/id-form.ts";
import { Unfinished } from "../lifecycle/lifecycle.ts";
import type { Lifecycle, Work } from "../lifecycle/lifecycle.ts";
import { Ownership } from "../lifecycle/ownership.ts";
import { urnAskedFor, urnToDelete } from "../lifecycle/urns.ts";
import { withoutStack } from "./answered-errors.ts";
import { lookAt } from "./look-ahead.ts";
import { hostProcess } from "./host.ts";
import type { Host } from "./host.ts";
import { toJsonData, withoutNulls, splitBookkeeping, urnOf } from "./properties.ts";
import type { PropertyMap } from "./properties.ts";
import { unknown } from "../settings/rules.ts";
import { foreignRecord, noteOtherTable } from "../slot/foreign-tables.ts";
import { noteRecorded } from "../slot/recorded-claims.ts";
import { usageRecord } from "../slot/used-allowances.ts";
import type { Problem } from "../settings/rules.ts";
import { kinds } from "../../src/resources/kinds.ts";

/** Returns a lifecycle as the provider host calls it: the one place that knows Pulumi's olds, news, inputs and outputs. */
export function adapt<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  host: Host = hostProcess,
): dynamic.ResourceProvider {
  const { changes } = kinds[lifecycle.kind];
  const identities = new Identities();
  const held = new HeldMessages();
  const settle = (properties: PropertyMap) => {
    const { settings, bookkeeping } = splitBookkeeping(properties);
    return { ...lifecycle.normalise(settings), ...bookkeeping } as Settings;
  };

  return {
    async check(olds: PropertyMap, news: PropertyMap) {
      const { settings } = splitBookkeeping(news);
      const malformed = lifecycle.rules(settings, "");
      const failures = malformed.length > 0 ? malformed : connectionProblems(settings);
      if (failures.length > 0) return { inputs: news, failures };
      const inputs = settle(news);
      // A resource that is made anew has no old inputs.
      const recorded = "account" in olds ? settle(olds) : undefined;
      if (recorded) noteRecorded(recorded);
      const misplaced = lifecycle.declare?.(inputs, recorded) ?? [];
      const id = lifecycle.idOf(inputs);
      const other = identities.declare(urnOf(inputs), id, recorded && lifecycle.idOf(recorded));
      if (other && !id.includes(unknown)) return { inputs: news, failures: [declaredTwice(other)] };
      if (misplaced.length > 0) return { inputs: news, failures: misplaced };
      return { inputs: toJsonData(inputs), failures: await lookAhead(recorded, inputs) };
    },

    async diff(id, olds: PropertyMap, news: PropertyMap) {
      noteRecorded(olds);
      held.report(id, () => host.progressOf(urnAskedFor(olds) ?? urnOf(news), id));
      return diffAnswer(differencesBetween(olds, news, changes));
    },

    async create(inputs: PropertyMap) {
      const desired = settle(inputs);
      const id = lifecycle.idOf(desired);
      const state = await attempt("create", desired, id, (work) => create(desired, id, work));
      return { id, outs: recordOf(desired, state) };
    },

    async update(id, olds: PropertyMap, news: PropertyMap) {
      noteRecorded(olds);
      const desired = settle(news);
      const recorded = { ...withoutNulls(olds), ...settle(olds) } as PropertyMap as State;
      const state = await attempt("update", desired, id, (work) => update(desired, recorded, work));
      return { outs: recordOf(desired, state) };
    },

    async read(id, properties: PropertyMap) {
      noteRecorded(properties);
      const { settings: known, isRecorded } = knownOf(id, properties);
      // A program says it of what it reads, and its state may be of another name of the stack.
      const urn = urnAskedFor(properties) ?? (isRecorded ? undefined : urnOf(known));
      const settings = settle({ ...known, __urn: urn });
      const recorded = { ...known, ...settings } as PropertyMap as State;
      const state = await attempt("read", settings, id, async (work) => {
        const found = await lifecycle.observe(recorded, work);
        noteOtherTable(recorded, (found ?? {}) as { tableArn?: string });
        if (isRecorded || (found && (lifecycle.isInAws?.(found) ?? true)))
          return (
            found &&
            stateBeside(recorded, found, lifecycle.subjectOf(recorded).resource, work, {
              isAskedFor: host.isAdopting(),
            })
          );
        const { resource, account, region } = lifecycle.subjectOf(recorded);
        throw new Error(
          `There is no ${resource} in ${account}/${region}. Its id was read as ${lifecycle.idForm.text}.`,
        );
      });
      if (state === undefined) {
        held.report(id);
        return { id: "", props: {} };
      }
      if (urn === undefined) void host.trackWork(held.expire(id, host.signal));
      // What was not found is not filled up by what is recorded: a setting that is off in AWS would look as if it were on.
      const found = { ...splitBookkeeping(known).bookkeeping, ...state, __urn: urn };
      // An earlier version recorded the URN: to leave it out would look like a change of what AWS has. After a rename of the stack it is wrong.
      const former = isRecorded && urnOf(properties);
      const kept = former && former === (urn ?? former) ? { __urn: former } : {};
      return { id, props: { ...recordOf(settings, state), ...kept }, inputs: toJsonData(settle(found)) };
    },

    async delete(id, properties: PropertyMap) {
      noteRecorded(properties);
      const settings = settle({ ...properties, __urn: urnToDelete(properties) });
      const recorded = { ...withoutNulls(properties), ...settings } as PropertyMap as State;
      const act = async (work: Work) => {
        if (await deletesObject(lifecycle, recorded, urnOf(settings), identities, work))
          await lifecycle.delete(recorded, { ...work, isPlanJudged: host.isPlanJudged() });
      };
      await attempt("delete", settings, id, act, lifecycle.successorOf?.(recorded));
    },
  };

  function knownOf(id: string, properties: PropertyMap): ResourceToRead {
    try {
      return resourceToRead(id, withoutNulls(properties), lifecycle.idForm);
    } catch (error) {
      throw withoutStack(error as Error);
    }
  }

  /** Creates, and notes for the deletes that may follow whose the object is now. */
  async function create(desired: Settings, id: string, work: Work): Promise<State> {
    const note = (how: "created" | "failed", state?: object) => {
      const { createdAt } = (state ?? {}) as { createdAt?: string };
      identities.noteCreation(urnOf(desired), id, work.ownership.hasTakenOver ? "tookOver" : how, createdAt);
    };
    try {
      const state = await lifecycle.create(desired, work);
      note("created", state);
      return state;
    } catch (error) {
      if (error instanceof Unfinished) note("created", error.state);
      else note("failed");
      throw error;
    }
  }

  /** Updates, which makes no object this stack's that somebody has made anew, unless that is asked for. */
  async function update(desired: Settings, recorded: State, work: Work): Promise<State> {
    const { resource } = lifecycle.subjectOf(recorded);
    const kept = <Found extends object>(state: Found) => stateBeside(recorded, state, resource, work, work.ownership);
    try {
      return kept(await lifecycle.update(desired, recorded, work));
    } catch (error) {
      throw error instanceof Unfinished ? new Unfinished(error.message, kept(error.state), error.cause) : error;
    }
  }

  /** The error with the id and the state of what exists, if something does. */
  function report(error: Error, settings: Settings, id: string): Error {
    withoutStack(error);
    if (!(error instanceof Unfinished))
      return isUnanswered(error) ? Object.assign(error, { code: grpcDataLoss }) : error;
    const properties = recordOf(settings, error.state);
    return Object.assign(error, { id, properties, reasons: [error.message] });
  }

  /** What is recorded as outputs: every one that there is. To have been adopted once says nothing about the resource, and its URN changes. */
  function recordOf(desired: Settings, state: object): PropertyMap {
    const { bookkeeping } = splitBookkeeping(desired as PropertyMap);
    const used = kinds[lifecycle.kind].ofExport ? { ...usageRecord(desired), ...foreignRecord(desired) } : {};
    const oneRun = { adopt: undefined, __urn: undefined };
    return toJsonData({ ...lifecycle.absent, ...withoutNulls({ ...bookkeeping, ...state, ...used, ...oneRun }) });
  }

  /** What a change that takes something away would meet. Any other change asks AWS for nothing here. */
  async function lookAhead(recorded: Settings | undefined, desired: Settings): Promise<Problem[]> {
    if (host.isPlannedElsewhere() || hasUnknown(desired as PropertyMap)) return [];
    const look = lookAt(lifecycle, recorded, desired);
    if (!look) return [];
    const id = lifecycle.idOf(desired);
    try {
      const findings = await attempt("look ahead for", desired, id, async (work) => {
        const { progress } = work;
        const quiet = { ...work, progress: { ...progress, info: () => {} } };
        const looking = { ...(work.isReportedElsewhere ? quiet : work), isPlanJudged: host.isPlanJudged() };
        const found = await look(looking);
        for (const finding of found) if (finding.severity === "warning") progress.warn(findingText(finding));
        return found;
      });
      return errorsIn(findings).map((finding) => ({ property: finding.property, reason: findingText(finding) }));
    } catch (error) {
      // A check that throws would be told with its stack.
      return [{ property: "account", reason: (error as Error).message }];
    }
  }

  async function attempt<T>(
    doing: string,
    settings: Settings,
    id: string,
    act: (work: Work) => Promise<T>,
    connection: Connection = settings,
  ): Promise<T> {
    const subject = lifecycle.subjectOf(settings);
    const urn = urnOf(settings);
    const ofUrn = host.progressOf(urn, `${subject.account}/${subject.region}`);
    const progress = doing === "read" && urn === undefined ? held.hold(id, ofUrn) : ofUrn;
    const ownership = new Ownership(
      (settings as PropertyMap)["adopt"] === true,
      urn,
      (of) => host.interruptedCreate(of, settings as PropertyMap, { isUnderWay: doing === "create" && of === urn }),
      () => clockAheadMs(connection),
    );
    const { signal } = host;
    if (!host.isOfSpec()) withholdFromLog(splitBookkeeping(settings as PropertyMap).settings, id);
    debugLog(`${doing} ${id}`, settings);
    try {
      const connectFor = (signal: AbortSignal) =>
        connect(connection, { signal, beforeChange: () => host.assertMayChange() });
      const clients = connectFor(signal);
      const ofRun = {
        interruptedUpdate: urn === undefined ? undefined : host.interruptedUpdate(urn),
        isUntargeted: urn !== undefined && host.isUntargeted(urn),
        isReportedElsewhere: host.isReportedElsewhere(),
      };
      const work = { connectFor, progress, ownership, signal, ...ofRun };
      return await host.trackWork(clients.then((clients) => act({ clients, ...work })));
    } catch (error) {
      held.report(id);
      debugLog(`${doing} ${id} failed`, { error: String(error) });
      throw report(explain(error, doing, subject), settings, id);
    }
  }
}

/** Whether a setting is not known yet. The claim's id never is where the claim is replaced too, and nothing is looked at by it. */
function hasUnknown(settings: PropertyMap): boolean {
  return JSON.stringify({ ...settings, assetTable: undefined }).includes(unknown);
}

/** gRPC's code for an answer that is lost: nobody knows what was done. The host passes it on, of all calls but create and update. */
const grpcDataLoss = 15;
