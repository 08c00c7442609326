import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { forgetEnvironment } from "../../src/aws/index.ts";
import { root, runProgram } from "./sluice.ts";
import type { Ran } from "./sluice.ts";
import { typed } from "./typed.ts";

/** A Pulumi project with a program of its own, which takes the package from the checkout, and a state in its folder. */
export interface TestProgram {
  folder: string;
  /** Writes files, by their paths in the project. */
  write(files: Record<string, string>): Promise<void>;
  /** Runs a verb of the engine, not of Sluice's own commands, on a stack: the embedded one in this process, where program and providers are not. */
  deploy(verb: "preview" | "up" | "refresh" | "destroy", ...args: string[]): Promise<Ran>;
  /** The stack's state as it is stored. */
  stateText(stack?: string): Promise<string>;
  /** The same project on another stack. */
  onStack(stack: string): TestProgram;
  /** What the program exports. */
  outputs(stack?: string): Promise<Record<string, unknown>>;
  /** The names of the custom resources in the state. */
  names(stack?: string): Promise<string[]>;
  close(): Promise<void>;
}

const project = "acme";

/**
 * @param linked more packages of the checkout that the program finds
 * @param runtime the options of Pulumi's runtime for Node
 */
export async function testProgram(options: {
  engine: string;
  env: NodeJS.ProcessEnv;
  files: Record<string, string>;
  linked?: readonly string[];
  runtime?: object;
  stack?: string;
}): Promise<TestProgram> {
  forgetEnvironment();
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-program-"));
  const { stack = "dev", linked = [], runtime = { typescript: false } } = options;
  const write = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  await write({
    "Pulumi.yaml": JSON.stringify({ name: project, runtime: { name: "nodejs", options: runtime } }),
    ...options.files,
  });
  for (const name of ["@pulumi/pulumi", ...linked]) await link(path.join(root, "node_modules", name), folder, name);
  await link(root, folder, "sluice");
  return programIn(folder, stack, { ...options, write });
}

function programIn(
  folder: string,
  stack: string,
  options: { engine: string; env: NodeJS.ProcessEnv; write: TestProgram["write"] },
): TestProgram {
  const { engine, env, write } = options;
  const state = `file://${folder}`;
  const latest = async (of = stack) => {
    const text = await readFile(path.join(folder, `.pulumi/stacks/${project}/${of}.json`), "utf8");
    return { text, resources: (JSON.parse(text).checkpoint.latest.resources ?? []) as StateResource[] };
  };
  return {
    folder,
    write,
    deploy: (verb, ...args) =>
      engine === "embedded"
        ? embedded(folder, env, [verb, "--cwd", folder, "--state", state, "--stack", stack, "--yes", ...args])
        : onCli(folder, state, stack, env, verb, args),
    onStack: (other) => programIn(folder, other, options),
    stateText: async (of) => (await latest(of)).text,
    outputs: async (of) => {
      const { resources } = await latest(of);
      return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    },
    names: async (of) => {
      const { resources } = await latest(of);
      const own = resources.filter(({ type }) => type.includes("dynamic/sluice:"));
      return own.map(({ urn }) => urn.split("::").at(-1)!).toSorted();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

interface StateResource {
  urn: string;
  type: string;
  outputs?: Record<string, unknown>;
}

async function link(target: string, folder: string, name: string): Promise<void> {
  const place = path.join(folder, "node_modules", name);
  await mkdir(path.dirname(place), { recursive: true });
  await symlink(target, place);
}

async function embedded(folder: string, env: NodeJS.ProcessEnv, words: string[]): Promise<Ran> {
  const { code, out, err } = await typed({ folder, env }, ["engine", ...words]);
  return { code, stdout: out, stderr: err };
}

async function onCli(
  folder: string,
  state: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  verb: string,
  args: string[],
) {
  // Its event log is an option for those who debug it.
  const own = { ...env, PULUMI_BACKEND_URL: state, PULUMI_DEBUG_COMMANDS: "1" };
  const run = (...words: string[]) => runProgram("pulumi", [...words, "--non-interactive"], { cwd: folder, env: own });
  const selected = await run("stack", "select", "--create", stack);
  if (selected.code !== 0) return selected;
  return run(verb, ...(verb === "preview" ? [] : ["--yes", "--skip-preview"]), ...args);
}
