import { createWriteStream, mkdirSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileScheme, stackNameIn } from "../../engine/index.ts";
import { partsOfUrn } from "../../preview/index.ts";
import type { EngineEvent } from "../../preview/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { nameSessions } from "../../aws/index.ts";
import { chooseEngine } from "../engines/engine-choice.ts";
import type { Engine, EngineRequest, EngineResult, RecordedResource, Verb } from "../engines/engine-contract.ts";
import type { Interrupted } from "../../../providers/lifecycle/interrupted.ts";
import type { Declaration } from "../../targets/index.ts";
import { secretFiller, withConfigSecrets } from "./config-secrets.ts";
import { planningWords } from "./doing-words.ts";
import { cutOffNote } from "./cut-off-note.ts";
import type { DeployOptions } from "./deploy-options.ts";
import type { Expanded } from "./expanded-spec.ts";
import { environment } from "./run-environment.ts";
import { FailureLimit } from "./failure-limit.ts";
import { openLivenessPort } from "./liveness-port.ts";
import { LiveProgress } from "../terminal/live-progress.ts";
import { inProject, projectOf, requireProject, writeProject } from "./project.ts";
import type { Project } from "./project.ts";
import { shippedProgram } from "./shipped-program.ts";
import { isCi, newStack, shortName } from "./stack.ts";
import type { WantedStack } from "./stack.ts";
import { refuseReadRole } from "./read-role.ts";
import { SpecsRead } from "./specs-read.ts";
import { stateFolder, stateUrl } from "./state-url.ts";
import { recordedNames, targetUrns } from "./targeting.ts";
import type { Targeting } from "./targeting.ts";

/** An engine with everything it needs but the verb. */
export interface Deployment {
  /** What the spec declares, with the secrets of the stack's configuration; nothing for a verb that does not go by it. */
  declarations: Declaration[];
  /** The project's name. */
  project: string;
  /** The stack's name; with organization and project only where the backend has several. */
  stack: string;
  /** Absolute URL of the backend; `undefined` leaves it to the Pulumi CLI's login. */
  state?: string;
  run(verb: Verb, options?: VerbOptions): Promise<VerbResult>;
  /** Reads the state as it is now, with what its secrets are where that is asked for; `undefined` when it cannot be read. */
  recorded(options?: { showSecrets?: boolean }): Promise<readonly RecordedResource[] | undefined>;
  /** The creates that earlier runs did not see the end of, by URN; of `refresh`, none. */
  begun: Readonly<Record<string, Interrupted>>;
  /** The names of what earlier runs have deleted for a replacement that has not come; of `refresh`, none. */
  awaiting: ReadonlySet<string>;
}

/** What one run of a verb is asked for. */
export interface VerbOptions extends Pick<EngineRequest, "dryRun" | "admit"> {
  /** The resources that this run leaves out, by their names. */
  leaveOut?: ReadonlySet<string>;
  /** How many accounts and Regions may fail before nothing more is begun; `undefined` for any number. */
  mostFailures?: number;
  /** Where to write the engine's events. */
  events?: string;
  /** Whether they go on after those of the run before, in the same file. */
  goesOn?: boolean;
  /** Whether AWS was asked for the plan that it carries out, by the roles of all accounts. */
  isPlanJudged?: boolean;
}

/** How a run of a verb ended, with everything that the engine said. */
export interface VerbResult extends EngineResult {
  events: EngineEvent[];
}

/**
 * Picks engine, project, state and stack, and says which on the first lines of stderr. Nothing is written for a preview.
 *
 * @param expanded the spec, where the verb goes by it
 * @throws {CommandError} when there is no such engine, state, stack or target
 */
export async function deploymentOf(
  verb: WantedStack["verb"],
  options: DeployOptions,
  io: Io,
  expanded?: Expanded,
): Promise<Deployment> {
  refuseReadRole(verb, io);
  const choice = chooseEngine(options.engine, io.env);
  if (!choice) {
    const cure = "Install it (https://www.pulumi.com/docs/iac/download-install/), or use --engine embedded.";
    throw new CommandError(Exit.wrong, `The Pulumi CLI is neither on the PATH nor under PULUMI_HOME. ${cure}`);
  }
  io.err.line(`engine: ${choice.name === "pulumi" ? "the Pulumi CLI" : "embedded"}, ${choice.because}`);
  const specFile = path.resolve(io.cwd, options.spec);
  const project = projectOf(specFile, io.cwd);
  if (verb !== "preview" && verb !== "up") requireProject(specFile, project);
  const state = stateUrl(options.state, project, io);
  const { embedded, withCommandErrors: orCommandError } = await import("../engines/embedded.ts");
  const engine = choice.executable ? (await import("../engines/pulumi-cli.ts")).pulumiCli(choice.executable) : embedded;
  // A state in a folder knows each stack by one name, whichever engine has it.
  const stack = state?.startsWith(fileScheme)
    ? await orCommandError(async () => stackNameIn(options.stack, project.name))
    : options.stack;
  const { create = false } = options;
  nameSessions(shortName(stack));
  const { isShipped } = project;
  const env = environment(specFile, state, { ...options, stack: shortName(stack), isShipped }, io);
  const where = { stack, state, env };
  const known = await inProject(project, (folder) => engine.stacks({ ...where, project: project.name, folder }));
  const note = known && newStack({ verb, stack, known, state, create, ci: isCi(io.env) });
  if (note) io.err.line(note);
  const recorded: Deployment["recorded"] = async (options) =>
    note ? [] : inProject(project, (folder) => engine.recorded({ ...where, ...options, folder }));
  const isKnown = !note && verb !== "refresh";
  const interrupted = isKnown && (await inProject(project, (folder) => engine.interrupted({ ...where, folder })));
  const { creates: begun = {}, deletes = [], updates = {}, awaiting = [] } = interrupted || {};
  const leftOpen = { begun, awaiting: new Set(awaiting.map((urn) => partsOfUrn(urn).name)) };
  const declarations = await withConfigSecrets(
    expanded?.declarations ?? [],
    // A stack that is still to be made may have its file already.
    secretFiller({ project: project.name, stack }, () =>
      inProject(project, (folder) => (note ? embedded : engine).config({ ...where, folder })),
    ),
  );
  const cutOff = verb === "destroy" ? undefined : cutOffNote({ deletes, updates }, declarations);
  if (cutOff !== undefined) io.err.line(cutOff);
  const targetsWithout = async (leftOut: ReadonlySet<string>, { target, exclude }: Targeting) => {
    if (target.length + exclude.length + leftOut.size === 0) return undefined;
    const declared = declarations.map(({ name }) => name);
    const names = new Set([...declared, ...recordedNames((await recorded()) ?? [])]);
    // What an earlier wave has deleted is no more to be left out.
    const there = [...leftOut].filter((name) => names.has(name));
    return targetUrns([...names], { target, exclude: [...exclude, ...there] });
  };
  const request = {
    ...where,
    targets: await targetsWithout(new Set(), options),
    parallel: options.parallel,
    refresh: options.refresh || cutOff !== undefined || undefined,
    continueOnError: options.failFast !== true,
    signal: io.interrupted(),
    program: isShipped && !options.isolated ? shippedProgram(declarations, expanded, options) : undefined,
  };
  if (verb === "preview") {
    // Neither engine plans a stack of a backend that has none without making one, but for the embedded one on an empty state.
    const planner = note ? embedded : engine;
    const empty = note && { state: `file://${path.join(tmpdir(), "sluice-no-state")}` };
    return {
      project: project.name,
      stack,
      state,
      declarations,
      run: (verb, options = {}) =>
        inProject(project, (folder) => run(planner, verb, { ...request, ...empty, folder }, io, options)),
      recorded,
      ...leftOpen,
    };
  }
  prepare(project, state, io);
  const there = { ...request, folder: project.folder };
  if (note) await engine.create(there);
  return {
    project: project.name,
    stack,
    state,
    declarations,
    run: async (verb, { leaveOut = new Set<string>(), ...more } = {}) => {
      const targets = leaveOut.size > 0 ? await targetsWithout(leaveOut, options) : there.targets;
      return run(engine, verb, { ...there, targets }, io, more);
    },
    recorded: (options) => engine.recorded({ ...there, ...options }),
    ...leftOpen,
  };
}

/** Makes what a run needs: the project's file, and the folder of the state. */
function prepare(project: Project, state: string | undefined, io: Io): void {
  writeProject(project);
  if (project.unwritten) {
    io.err.line(`project: ${path.relative(io.cwd, project.folder)}, written because no Pulumi.yaml is beside the spec`);
  }
  const folder = stateFolder(state);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
}

async function run(
  engine: Engine,
  verb: Verb,
  request: Omit<EngineRequest, "onEvent">,
  io: Io,
  { events: file, goesOn, isPlanJudged, mostFailures, ...options }: Omit<VerbOptions, "leaveOut">,
): Promise<VerbResult> {
  const limit = new FailureLimit(mostFailures);
  const events: EngineEvent[] = [];
  const log =
    file === undefined ? undefined : createWriteStream(path.resolve(io.cwd, file), { flags: goesOn ? "a" : "w" });
  if (log) await once(log, "open");
  const isPlan = verb === "preview" || options.dryRun === true;
  if (!isPlan) io.busy();
  const progress = isPlan ? undefined : new LiveProgress(io.err);
  let planned = 0;
  const stopping = () => progress?.stopping();
  request.signal.addEventListener("abort", stopping, { once: true });
  const lifeline = await openLivenessPort(request.signal);
  const read = new SpecsRead();
  try {
    const result = await engine.run(verb, {
      ...request,
      ...options,
      stop: limit.signal,
      env: {
        ...request.env,
        SLUICE_COMMAND: lifeline.address,
        SLUICE_SPECS_READ: read.file,
        // The plan is judged by a look at AWS of its own, for all resources at once.
        ...(verb === "preview" && { SLUICE_PREFLIGHT: "done" }),
        ...(isPlanJudged && { SLUICE_PREFLIGHT: "foreseen" }),
      },
      onEvent: (event) => {
        events.push(event);
        log?.write(`${JSON.stringify(event)}\n`);
        progress?.see(event);
        limit.see(event);
        if (!isPlan || !event.resourcePreEvent) return;
        planned++;
        io.busy(() => planningWords(planned, request.program?.declarations.length));
      },
    });
    read.assertRead(request.env["SLUICE_SPEC"]!, io.cwd);
    // Whoever stops a run ends its calls, too; that they failed is no news.
    const stopped = request.signal.aborted && result.result === "failed";
    return { ...result, ...(stopped && { result: "cancelled" }), events };
  } finally {
    lifeline.close();
    read.close();
    request.signal.removeEventListener("abort", stopping);
    progress?.end();
    if (log) {
      log.end();
      await once(log, "close");
    }
  }
}
