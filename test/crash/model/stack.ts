import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import type { fromSpec as fromSpecOf } from "../../../src/from-spec.ts";
import type * as resourcesOf from "../../../src/resources/index.ts";
import { interruptedOperations, recover, run } from "../../../src/engine/index.ts";
import { inProcess } from "../../conformance/in-process/launcher.ts";
import { root } from "../../support/sluice.ts";
import type { Line } from "./line.ts";

/** What the files of the project reach back to: the code of this run, loaded anew as for a process of its own. */
interface Bridge {
  program: () => Promise<unknown>;
  provider: (kind: string) => Record<string, (...given: unknown[]) => Promise<unknown>>;
  name: (properties: object, urn: string) => object;
}

const bridge = globalThis as unknown as { sluiceModel: Bridge };

const files = {
  "package.json": JSON.stringify({ name: "model", private: true }),
  "Pulumi.yaml":
    "name: model\nmain: program.cjs\nruntime:\n  name: nodejs\n  options: { typescript: false }\nbackend: { url: file://./state }\n",
  "program.cjs": "exports.default = () => globalThis.sluiceModel.program();",
  // The host hands the text over that names a resource's provider, which is all that tells the kinds apart.
  "provider.cjs": `
    const of = (properties) => globalThis.sluiceModel.provider(properties.__provider);
    const named = (properties, urn) => globalThis.sluiceModel.name(properties, urn);
    module.exports = {
      check: (olds, news) => of(news).check(olds, news),
      diff: (id, olds, news) => of(news).diff(id, olds, news),
      create: (inputs) => of(inputs).create(inputs),
      update: (id, olds, news) => of(news).update(id, olds, news),
      read: (id, properties, urn) => of(properties).read(id, named(properties, urn)),
      delete: (id, properties, urn) => of(properties).delete(id, named(properties, urn)),
    };`,
};

interface Checkpoint {
  resources?: { type: string; outputs?: Record<string, unknown> }[];
  pending_operations?: { type: string; resource: { type: string } }[];
}

/** What a program can be made of, loaded anew, and the file of its spec. */
export interface Parts {
  fromSpec: typeof fromSpecOf;
  resources: typeof resourcesOf;
  spec: string;
}

export type Program = (parts: Parts) => Promise<unknown>;

const ofSpec: Program = ({ fromSpec, spec }) => fromSpec(spec);

export type Outcome = "succeeded" | "failed" | "killed";

/** A project with its state, deployed by the embedded engine in this process. */
export class Stack {
  readonly name: string;
  #folder: string;
  /** Folders of the state as it was before each run, oldest first. */
  readonly #past: string[] = [];
  readonly #made: string[] = [];
  /** What the last run said. */
  said = "";

  private constructor(name: string, folder: string) {
    this.name = name;
    this.#folder = folder;
    this.#made.push(folder);
  }

  static async open(name: string): Promise<Stack> {
    const stack = new Stack(name, await newFolder());
    await mkdir(path.join(stack.#folder, "state"));
    return stack;
  }

  /** Deploys a spec over a line, until the run ends or the line kills it; as the command line does, it reads back first after a cut delete. */
  async up(
    spec: object,
    line: Line,
    account: string,
    { refresh = false, program = ofSpec }: { refresh?: boolean; program?: Program } = {},
  ): Promise<Outcome> {
    this.#past.push(await this.#copy(this.#folder));
    await writeFile(path.join(this.#folder, "sluice.yaml"), JSON.stringify(spec, undefined, 2));
    const env = {
      ...this.#environment(),
      AWS_ENDPOINT_URL: line.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      SLUICE_SPEC: path.join(this.#folder, "sluice.yaml"),
    };
    const place = { cwd: this.#folder, stack: this.name, env };
    const { deletes } = await interruptedOperations(place);
    const end = await load(program);
    const ran = run("up", { ...place, refresh: refresh || deletes.length > 0, launcher: inProcess });
    const killed = line.death.then(async () => {
      // The dead run may write what it likes: what is recorded at this moment is what the next one finds.
      const copy = await this.#copy(this.#folder);
      end();
      return copy;
    });
    const copy = await Promise.race([ran.then(() => undefined), killed]);
    const { result, diagnostics } = await ran;
    this.said = diagnostics.map(({ message }) => message).join("\n");
    if (copy === undefined) return result === "succeeded" ? "succeeded" : "failed";
    await rm(path.join(copy, "state/.pulumi/locks"), { recursive: true, force: true });
    this.#folder = copy;
    return "killed";
  }

  /** Marks the recorded resources of these types to be replaced, as `pulumi state taint` does, and nothing else of the state. */
  async taint(...types: string[]): Promise<void> {
    await this.#latest();
    const file = this.#checkpoint;
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return;
    const state = JSON.parse(text);
    for (const resource of state.checkpoint.latest?.resources ?? []) {
      if (types.some((type) => resource.type.endsWith(`:${type}`))) resource.taint = true;
    }
    await writeFile(file, JSON.stringify(state));
  }

  /** Puts the state back as it was before one of the last runs. */
  async restore(back: number): Promise<void> {
    const folder = this.#past.at(-back);
    if (folder !== undefined) this.#folder = await this.#copy(folder);
  }

  /** The recorded resources. */
  async recorded(): Promise<{ type: string; outputs?: Record<string, unknown> }[]> {
    return (await this.#latest()).resources ?? [];
  }

  /** Whether a run was killed while it created an export. */
  async isCreating(): Promise<boolean> {
    const { pending_operations: pending = [] } = await this.#latest();
    return pending.some(({ resource }) => resource.type.endsWith(":DataExportConfiguration"));
  }

  async #latest(): Promise<Checkpoint> {
    await recover({ cwd: this.#folder, stack: this.name, env: this.#environment() }).catch(() => undefined);
    const text = await readFile(this.#checkpoint, "utf8").catch(() => undefined);
    return text === undefined ? {} : (JSON.parse(text).checkpoint.latest ?? {});
  }

  get #checkpoint(): string {
    return path.join(this.#folder, "state/.pulumi/stacks/model", `${this.name}.json`);
  }

  async close(): Promise<void> {
    for (const folder of this.#made) await rm(folder, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    // What the run before was told is no word for this one.
    const told = /^SLUICE_(INTERRUPTED|INTERRUPTED_UPDATES|LOCK|TARGETS)$/;
    const inherited = Object.entries(process.env).filter(([name]) => !told.test(name));
    return { ...Object.fromEntries(inherited), PULUMI_CONFIG_PASSPHRASE: "model" };
  }

  async #copy(folder: string): Promise<string> {
    const copy = await newFolder();
    this.#made.push(copy);
    for (const name of ["state", `Pulumi.${this.name}.yaml`])
      await cp(path.join(folder, name), path.join(copy, name), { recursive: true }).catch(() => undefined);
    return copy;
  }
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-model-"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

/** Loads the code anew: providers keep what they learn in a run for that run. Returns what tells their work to end. */
async function load(program: Program): Promise<() => void> {
  vi.resetModules();
  const [{ fromSpec }, resources, { adapt }, table, configuration, sync, { stub }, { endController: ending }, urns] =
    await Promise.all([
      import("../../../src/from-spec.ts"),
      import("../../../src/resources/index.ts"),
      import("../../../providers/pulumi/adapter.ts"),
      import("../../../providers/asset-table.ts"),
      import("../../../providers/data-export-configuration.ts"),
      import("../../../providers/resource-data-sync.ts"),
      import("../../../providers/stub.ts"),
      import("../../../providers/pulumi/process-end.ts"),
      import("../../../providers/lifecycle/urns.ts"),
    ]);
  const providers = new Map<string, object>([
    [stub.assetTable, adapt(table.assetTable)],
    [stub.dataExportConfiguration, adapt(configuration.dataExportConfiguration)],
    [stub.resourceDataSync, adapt(sync.resourceDataSync)],
  ]);
  bridge.sluiceModel = {
    program: () => program({ fromSpec, resources, spec: process.env["SLUICE_SPEC"]! }),
    provider: (kind) => providers.get(kind) as ReturnType<Bridge["provider"]>,
    name: urns.nameProperties,
  };
  return () => ending.abort();
}
