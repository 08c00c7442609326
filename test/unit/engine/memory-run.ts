import { runStep } from "../../../src/engine/act/run-step.ts";
import { StepGenerator } from "../../../src/engine/decide/generator.ts";
import type { Goal } from "../../../src/engine/model/goal.ts";
import { planFinalDeletes } from "../../../src/engine/decide/final-deletes.ts";
import { Run } from "../../../src/engine/decide/run.ts";
import type { RunSettings } from "../../../src/engine/decide/run.ts";
import type { Provider, ProviderSource } from "../../../src/engine/processes/provider.ts";
import { Reporter } from "../../../src/engine/events/reporter.ts";
import type { ResourceState } from "../../../src/engine/model/resource-state.ts";
import { answerOf } from "../../../src/engine/model/step.ts";
import type { Step } from "../../../src/engine/model/step.ts";
import { sameValue } from "../../../src/engine/model/struct.ts";
import { unknownText } from "../../../src/engine/model/values.ts";
import { urnOf } from "./states.ts";

/** A resource of a program: references by name; those under a key with `r_` replace when they change. */
export interface Declared {
  name: string;
  values: Record<string, number>;
  references: Record<string, string>;
  deleteBeforeReplace: boolean;
}

/** Objects by id, as a provider keeps them. */
export class Cloud implements Provider {
  readonly objects = new Map<string, Record<string, unknown>>();
  readonly deleted: string[] = [];
  writes = 0;
  #next = 0;

  async check(_state: ResourceState, _olds: object, news: Record<string, unknown>) {
    return { inputs: news, failures: [] };
  }

  async diff(_state: ResourceState, { oldInputs, newInputs }: Parameters<Provider["diff"]>[1]) {
    const keys = Object.keys({ ...oldInputs, ...newInputs });
    const diffs = keys.filter((key) => newInputs[key] === unknownText || !sameValue(oldInputs[key], newInputs[key]));
    const replaces = diffs.filter((key) => key.startsWith("r_"));
    return { changed: diffs.length > 0, replaces, diffs, deleteBeforeReplace: newInputs["dbr"] === true };
  }

  async create(state: ResourceState) {
    const id = `${state.urn.split("::").at(-1)}-${++this.#next}`;
    this.writes++;
    this.objects.set(id, state.inputs);
    return { id, outputs: state.inputs };
  }

  async update(old: ResourceState, state: ResourceState) {
    this.writes++;
    if (!this.objects.has(old.id ?? "")) throw new Error(`There is no ${old.id}.`);
    this.objects.set(old.id ?? "", state.inputs);
    return { outputs: state.inputs };
  }

  async read(state: ResourceState) {
    return { id: state.id ?? "", outputs: state.outputs };
  }

  async delete(state: ResourceState): Promise<void> {
    this.writes++;
    this.deleted.push(state.id ?? "");
    this.objects.delete(state.id ?? "");
  }
}

/** Carries out a program against the cloud; answers the states afterwards and all steps in their order. */
export async function deploy(
  program: Declared[],
  base: ResourceState[],
  cloud: Cloud,
): Promise<{ states: ResourceState[]; steps: Step[] }> {
  const steps: Step[] = [];
  const news: ResourceState[] = [];
  const done = new Set<ResourceState>();
  const run = runOn(cloud, new Reporter(() => undefined, "up"), { base });
  const take = async (step: Step) => {
    await runStep(run, step);
    steps.push(step);
    settle(step, news, done);
  };
  const generator = new StepGenerator(run);
  const ids = new Map<string, string>();
  for (const declared of program) {
    const chain = await generator.register(goalOf(declared, ids));
    for (const step of chain) {
      await take(step);
      if (step === answerOf(chain)) ids.set(declared.name, step.new?.id ?? "");
    }
  }
  for (const step of (await planFinalDeletes(run)).layers.flat()) await take(step);
  return { states: [...news, ...base].filter((state) => !done.has(state)), steps };
}

/** A run against the cloud that keeps its record in memory alone. */
export function runOn(cloud: Cloud, reporter: Reporter, settings: Partial<RunSettings> = {}): Run {
  const providers: ProviderSource = Object.assign(Object.create(cloud) as Cloud, {
    get: async () => cloud,
    resume: async () => undefined,
  });
  const facts = { project: "lab", stack: "dev", dryRun: false, parallel: 1, targets: [], continueOnFailure: false };
  return new Run({ ...facts, base: [], providers, reporter, ...settings });
}

/** What a program asks the engine for. */
export function goalOf(
  { name, values, references, deleteBeforeReplace }: Declared,
  ids = new Map<string, string>(),
): Goal {
  const known = Object.entries(references).filter(([, to]) => ids.has(to));
  return {
    type: "pulumi-nodejs:dynamic/lab:Thing",
    name,
    custom: true,
    provider: "urn:pulumi:dev::lab::pulumi:providers:pulumi-nodejs::default::1",
    inputs: {
      ...values,
      ...Object.fromEntries(known.map(([key, to]) => [key, ids.get(to)])),
      dbr: deleteBeforeReplace,
    },
    dependencies: known.map(([, to]) => urnOf(to)),
    propertyDependencies: Object.fromEntries(known.map(([key, to]) => [key, [urnOf(to)]])),
    replaceWith: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    hideDiff: [],
    aliases: [],
  };
}

/** What a step leaves in the state. */
function settle({ operation, old, new: state }: Step, news: ResourceState[], done: Set<ResourceState>): void {
  const replaced = operation === "create-replacement" && old?.pendingReplacement;
  const deleted = operation.startsWith("delete") && !old?.pendingReplacement;
  if (old && (["same", "update", "remove-pending-replace"].includes(operation) || replaced || deleted)) done.add(old);
  if (state && operation !== "replace") news.push(state);
}
