import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recover, run } from "../../src/engine/index.ts";
import type { EngineEvent, Launcher } from "../../src/engine/index.ts";
import { levelCalls, levelDeletes } from "./delete-order.ts";
import { failedOf, messagesOf, pendingOf, stateOf, stepsOf, summaryOf } from "./normalise.ts";
import type { Recorded } from "./normalise.ts";
import { endsProcess, isKilled } from "./scenario.ts";
import type { ScenarioStep, StepResult } from "./scenario.ts";

/** A salt for the passphrase "lab"; deriving its key is slow, so all share it. */
const salt = "v1:bGFiLXNhbHQ=:v1:bGFiLW5vbmNlLS0t:usJrRbTJ39vZyvH05Mn6pg7qpgkMFA==";
const packageRoot = join(import.meta.dirname, "..", "..");
const cli = join(packageRoot, "dist", "src", "cli", "main.js");

interface Cloud {
  things: Record<string, { name: string; version: number; props: Record<string, unknown> }>;
  generations: Record<string, number>;
}

interface Call extends Record<string, unknown> {
  op: string;
  id?: string;
}

/** A project with the recorded program and provider, their fake cloud, and an empty state. */
export class Lab {
  readonly #folder: string;
  readonly #launcher: Launcher | undefined;
  readonly #config: Record<string, string> = {};

  constructor(folder: string, launcher?: Launcher) {
    this.#folder = folder;
    this.#launcher = launcher;
  }

  /** @param launcher How program and provider are started, except where a fault ends a process. By default as processes. */
  static async open(launcher?: Launcher): Promise<Lab> {
    const lab = new Lab(await mkdtemp(join(tmpdir(), "sluice-conformance-")), launcher);
    await cp(join(import.meta.dirname, "lab"), lab.#folder, { recursive: true });
    await symlink(join(packageRoot, "node_modules"), join(lab.#folder, "node_modules"));
    await mkdir(lab.stateFolder);
    await lab.#write("package.json", { name: "lab", private: true, type: "module" });
    const runtime = "runtime:\n  name: nodejs\n  options: { typescript: false }";
    await writeFile(join(lab.#folder, "Pulumi.yaml"), `name: lab\nmain: program.mjs\n${runtime}\n`);
    await lab.#write("cloud.json", { things: {}, generations: {} } satisfies Cloud);
    return lab;
  }

  get stateFolder(): string {
    return join(this.#folder, "state");
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Does one step and tells what came of it, in the form of the recordings. */
  async do(step: ScenarioStep, parallel = 1): Promise<StepResult> {
    await this.#prepare(step);
    const before = await this.#checkpoint();
    const events: EngineEvent[] = [];
    const exit = isKilled(step) ? await this.#runKilled(step) : await this.#run(step, events, parallel);
    const after = await this.#checkpoint();
    const log = await this.#log();
    const levelled = levelDeletes(events, before.resources);
    const calls = await this.calls();
    const failed = failedOf(events);
    const pending = pendingOf(after.pending);
    return {
      exit,
      ...(exit === "killed" ? {} : { steps: stepsOf(levelled), summary: summaryOf(events) }),
      ...(failed.length > 0 ? { failed } : {}),
      calls: levelCalls(calls, levelled),
      probes: log.filter(({ op }) => op === "check" || op === "diff"),
      state: stateOf(after.resources),
      ...(pending.length > 0 ? { pending } : {}),
      cloud: await this.#cloud(),
      messages: messagesOf(events, this.#folder),
    };
  }

  async #run(step: ScenarioStep, events: EngineEvent[], parallel: number): Promise<StepResult["exit"]> {
    const { exitCode } = await run(step.command, {
      ...this.#where(),
      env: this.#environment(step),
      parallel,
      launcher: endsProcess(step) ? undefined : this.#launcher,
      targets: this.#urns(step),
      refresh: step.refresh,
      continueOnError: step.continueOnError,
      events: (event) => events.push(event),
    });
    return exitCode === 0 ? "ok" : "failed";
  }

  /** The engine as a process of its own, the way people run it. */
  async start(step: ScenarioStep, parallel = 1): Promise<ChildProcess> {
    await this.#prepare(step);
    return this.#spawn(step, parallel);
  }

  /** Every call of the provider so far in this step. */
  async calls(): Promise<Call[]> {
    return (await this.#log()).filter(({ op }) => op !== "check" && op !== "diff");
  }

  /** Runs this program instead of the recorded one. */
  async useProgram(source: string): Promise<void> {
    await writeFile(join(this.#folder, "program.mjs"), source);
  }

  /** Makes each create take a while. */
  async slowDown(milliseconds: number): Promise<void> {
    const file = (name: string) => join(this.#folder, name);
    await rename(file("provider.cjs"), file("fast.cjs"));
    const slow = `const fast = require("./fast.cjs");
module.exports = { ...fast, create: async (inputs) => {
  require("fs").appendFileSync(process.env.LAB_LOG, JSON.stringify({ op: "begin", name: inputs.__thing }) + "\\n");
  await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
  return fast.create(inputs);
} };`;
    await writeFile(file("provider.cjs"), slow);
  }

  async recover(): Promise<void> {
    await recover({ ...this.#where(), env: this.#environment({ command: "up" }) });
  }

  /** The provider's host has to be the engine's child. What the engine leaves is recovered. */
  async #runKilled(step: ScenarioStep): Promise<StepResult["exit"]> {
    const child = this.#spawn(step, 1);
    const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_, by) => resolve(by)));
    await this.recover();
    return signal === "SIGKILL" ? "killed" : "failed";
  }

  #spawn(step: ScenarioStep, parallel: number): ChildProcess {
    const { cwd, stack, state } = this.#where();
    const flags = ["--cwd", cwd, "--stack", stack, "--state", state, "--parallel", String(parallel), "--yes"];
    const targets = this.#urns(step).flatMap((urn) => ["--target", urn]);
    const refresh = step.refresh ? ["--refresh"] : [];
    const command = [cli, "engine", step.command, ...flags, ...targets, ...refresh];
    return spawn(process.execPath, command, { env: this.#environment(step), stdio: "ignore" });
  }

  async #prepare({ program, config, cloud }: ScenarioStep): Promise<void> {
    Object.assign(this.#config, config);
    await this.#write("step.json", { program });
    await writeFile(join(this.#folder, "log.jsonl"), "");
    const values = Object.entries(this.#config).map(([key, value]) => `  lab:${key}: ${JSON.stringify(value)}\n`);
    const section = values.length > 0 ? `config:\n${values.join("")}` : "";
    await writeFile(join(this.#folder, "Pulumi.dev.yaml"), `encryptionsalt: ${salt}\n${section}`);
    if (cloud) await this.#editCloud(cloud);
  }

  async #editCloud(edits: NonNullable<ScenarioStep["cloud"]>): Promise<void> {
    const world = await this.#read<Cloud>("cloud.json");
    const latest = (name: string) => `${name}-${world.generations[name]}`;
    for (const name of edits.delete ?? []) delete world.things[latest(name)];
    for (const [name, properties] of Object.entries(edits.set ?? {})) {
      const thing = world.things[latest(name)];
      if (!thing) throw new Error(`The scenario changes ${name}, which does not exist.`);
      Object.assign(thing.props, properties);
      thing.version++;
    }
    await this.#write("cloud.json", world);
  }

  #where() {
    return { cwd: this.#folder, stack: "dev", state: `file://${this.stateFolder}` };
  }

  #environment({ faults }: ScenarioStep): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PULUMI_CONFIG_PASSPHRASE: "lab",
      SCENARIO_STEP: join(this.#folder, "step.json"),
      LAB_CLOUD: join(this.#folder, "cloud.json"),
      LAB_LOG: join(this.#folder, "log.jsonl"),
      LAB_FAULTS: JSON.stringify(faults ?? {}),
      NODE_COMPILE_CACHE: join(tmpdir(), "sluice-conformance-compiled"),
    };
  }

  #urns({ targets }: ScenarioStep): string[] {
    return (targets ?? []).map((name) => `urn:pulumi:dev::lab::pulumi-nodejs:dynamic/lab:Thing::${name}`);
  }

  async #checkpoint(): Promise<{ resources: Recorded[]; pending: { resource: Recorded; type: string }[] }> {
    const text = await readFile(join(this.stateFolder, ".pulumi", "stacks", "lab", "dev.json"), "utf8").catch(() => "");
    const { resources = [], pending_operations: pending = [] } = text ? JSON.parse(text).checkpoint.latest : {};
    return { resources, pending };
  }

  async #cloud(): Promise<Record<string, object>> {
    const { things } = await this.#read<Cloud>("cloud.json");
    return Object.fromEntries(Object.entries(things).map(([id, { version, props }]) => [id, { version, ...props }]));
  }

  async #log(): Promise<Call[]> {
    const text = await readFile(join(this.#folder, "log.jsonl"), "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Call);
  }

  async #read<Content>(name: string): Promise<Content> {
    return JSON.parse(await readFile(join(this.#folder, name), "utf8")) as Content;
  }

  async #write(name: string, content: object): Promise<void> {
    await writeFile(join(this.#folder, name), JSON.stringify(content));
  }
}
