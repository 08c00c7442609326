import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { root } from "../sluice.ts";
import { filled, isMet } from "./expression.ts";
import type { Contexts, Standing } from "./expression.ts";
import type { FakeGitHub, Permissions } from "./fake-github.ts";

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
  "working-directory"?: string;
  "continue-on-error"?: boolean;
}

interface Job {
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  needs?: string | string[];
  environment?: string;
  permissions?: Permissions;
  outputs?: Record<string, string>;
  env?: Record<string, string>;
  steps?: Step[];
  "continue-on-error"?: boolean;
}

interface Workflow {
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

/** What happens, and where. */
export interface Happening {
  event: string;
  payload: object;
  sha: string;
  ref: string;
}

/** What a run has come to. */
export interface ActionsRun {
  id: number;
  /** How each job ended, by its name with those of its callers. */
  jobs: Record<string, string>;
  log: string;
  summary: string;
}

/** Runs the workflows of a repository as GitHub does: jobs by what they need, each with a checkout, a token and an environment of its own. */
export class Runner {
  readonly #origin: string;
  readonly #github: FakeGitHub;
  readonly #env: NodeJS.ProcessEnv;
  readonly vars: Record<string, string>;
  readonly #tools: string;
  #runs = 40;
  #tokens = 0;
  /** What reviewers say to an environment. */
  review: (environment: string) => boolean = () => true;
  /** Whether packages can be installed. */
  canInstall = true;

  constructor(
    origin: string,
    github: FakeGitHub,
    { env, vars }: { env: NodeJS.ProcessEnv; vars: Record<string, string> },
  ) {
    [this.#origin, this.#github, this.#env, this.vars] = [origin, github, env, vars];
    this.#tools = mkdtempSync(path.join(tmpdir(), "sluice-tools-"));
    const tool = (name: string, script: string) => {
      writeFileSync(path.join(this.#tools, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(this.#tools, name), 0o755);
    };
    tool("gh", `exec node ${root}/test/support/actions/gh.ts "$@"`);
    tool("sluice", `[ "$1" != --version ] || exit 0\nexec node ${root}/dist/src/cli/main.js "$@"`);
    tool("npx", 'shift; exec "./node_modules/.bin/$@"');
    tool(
      "npm",
      [
        '[ "$CAN_INSTALL" = true ] || { echo "npm error E503" >&2; exit 1; }',
        "mkdir -p node_modules/.bin",
        'ln -s "$TOOLS/sluice" node_modules/.bin/sluice',
        `ln -s ${root} node_modules/sluice`,
        `ln -s ${root}/node_modules/@pulumi node_modules/@pulumi`,
      ].join("\n"),
    );
  }

  /** Does what `npm ci` does in a job. */
  install(folder: string): void {
    execFileSync(path.join(this.#tools, "npm"), { cwd: folder, env: this.#toolEnv() });
  }

  #toolEnv(): NodeJS.ProcessEnv {
    return {
      PATH: `${this.#tools}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      TOOLS: this.#tools,
      CAN_INSTALL: String(this.canInstall),
    };
  }

  /** Runs a workflow, from its file in the commit that it is about. */
  async run(file: string, happening: Happening): Promise<ActionsRun> {
    const run: ActionsRun = { id: ++this.#runs, jobs: {}, log: "", summary: "" };
    const github = {
      event_name: happening.event,
      event: { repository: { default_branch: "main" }, ...happening.payload },
      ref: happening.ref,
      run_attempt: "1",
      repository: "acme/data",
    };
    await this.#workflow(run, file, happening, { github, vars: this.vars, secrets: {}, inputs: {} }, undefined, "");
    return run;
  }

  async #workflow(
    run: ActionsRun,
    file: string,
    what: Happening,
    contexts: Contexts,
    granted: Permissions | undefined,
    prefix: string,
  ) {
    const workflow = parse(this.#fileAt(what.sha, file)) as Workflow;
    const needs: Record<string, { result: string; outputs: Contexts }> = {};
    for (const [name, job] of inOrder(workflow.jobs)) {
      const needed = [job.needs ?? []].flat();
      const isFailed = needed.some((one) => needs[one]!.result !== "success");
      const own = { ...contexts, needs: Object.fromEntries(needed.map((one) => [one, needs[one]])) };
      const rights = job.permissions ?? {};
      for (const [right, level] of Object.entries(rights)) {
        if (granted && granted[right] !== "write" && granted[right] !== level)
          throw new Error(`startup failure: ${prefix}${name} wants ${right}: ${level}, which its caller does not give`);
      }
      const ended = { result: "skipped", outputs: {} as Contexts };
      needs[name] = ended;
      if (isMet(job.if, own, isFailed ? "failure" : "success")) {
        if (job.uses) {
          const inputs = Object.fromEntries(
            Object.entries(job.with ?? {}).map(([key, value]) => [key, filled(value, own)]),
          );
          ended.result = await this.#workflow(
            run,
            job.uses.replace("$/", ""),
            what,
            { ...own, inputs },
            rights,
            `${prefix}${name}/`,
          );
        } else {
          const env = { ...workflow.env, ...job.env };
          Object.assign(ended, await this.#job(run, { ...job, env }, what, own));
        }
      }
      run.jobs[`${prefix}${name}`] = ended.result;
      if (ended.result === "failure" && job["continue-on-error"]) ended.result = "success";
    }
    return Object.values(needs).some(({ result }) => result === "failure") ? "failure" : "success";
  }

  async #job(run: ActionsRun, job: Job, what: Happening, contexts: Contexts) {
    if (job.environment && !this.review(filled(job.environment, contexts))) return { result: "failure", outputs: {} };
    const workspace = mkdtempSync(path.join(tmpdir(), "sluice-runner-"));
    const token = `ghs_${++this.#tokens}`;
    this.#github.tokens.set(token, job.permissions ?? {});
    const steps: Record<string, { outputs: Contexts; outcome: string }> = {};
    const own: Contexts = { ...contexts, steps, github: { ...(contexts["github"] as object), token } };
    const env: Record<string, string> = {};
    for (const [key, value] of Object.entries(job.env ?? {})) env[key] = filled(value, own);
    let standing: Standing = "success";
    for (const step of job.steps ?? []) {
      const ended = { outputs: {} as Contexts, outcome: "skipped" };
      if (step.id) steps[step.id] = ended;
      if (!isMet(step.if, own, standing)) continue;
      const isDone = await this.#step(run, step, what, own, { env, workspace, outputs: ended.outputs });
      ended.outcome = isDone ? "success" : "failure";
      if (!isDone && !step["continue-on-error"]) standing = "failure";
    }
    const outputs = Object.fromEntries(
      Object.entries(job.outputs ?? {}).map(([key, value]) => [key, filled(value, own)]),
    );
    return { result: standing, outputs };
  }

  async #step(run: ActionsRun, step: Step, what: Happening, contexts: Contexts, place: Place): Promise<boolean> {
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(value, contexts)]),
    );
    const { workspace } = place;
    if (step.run !== undefined) return this.#script(run, step, what, contexts, place);
    if (step.uses?.startsWith("$/")) {
      const { inputs, runs } = parse(this.#fileAt(what.sha, `${step.uses.slice(2)}/action.yml`)) as Composite;
      const defaults = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.default]));
      const own = { ...contexts, inputs: { ...defaults, ...given } };
      for (const each of runs.steps) {
        if (each.run === undefined) continue;
        if (!(await this.#script(run, each, what, own, place))) return false;
      }
      return true;
    }
    const action = /^([\w-]+\/[\w-]+)@[0-9a-f]{40}$/.exec(step.uses!)![1]!;
    const stored = () => this.#github.artifacts.get(`${run.id} ${given["name"]}`);
    switch (action) {
      case "actions/checkout": {
        const folder = path.join(workspace, given["path"] ?? ".");
        execFileSync("git", ["init", "--quiet", folder]);
        const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
        git("remote", "add", "origin", this.#origin);
        git("fetch", "--quiet", "origin", given["ref"] || what.sha);
        git("checkout", "--quiet", "FETCH_HEAD");
        return true;
      }
      case "actions/upload-artifact": {
        const names = given["path"]!.split("\n").filter(
          (name) => name !== "" && existsSync(path.join(workspace, name)),
        );
        const files = names.map((name) => [name, readFileSync(path.join(workspace, name), "utf8")]);
        if (names.length > 0) this.#github.artifacts.set(`${run.id} ${given["name"]}`, Object.fromEntries(files));
        return true;
      }
      case "actions/download-artifact":
        for (const [name, content] of Object.entries(stored() ?? {}))
          writeFileSync(path.join(workspace, name), content);
        return stored() !== undefined;
      case "aws-actions/configure-aws-credentials":
        Object.assign(place.env, this.#env);
        return true;
      default:
        throw new Error(`The action ${action} is not known here`);
    }
  }

  async #script(run: ActionsRun, step: Step, what: Happening, contexts: Contexts, { env, workspace, outputs }: Place) {
    const files = mkdtempSync(path.join(tmpdir(), "sluice-files-"));
    const file = (name: string, content = "") => {
      writeFileSync(path.join(files, name), content);
      return path.join(files, name);
    };
    const own = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value, contexts)]),
    );
    const output = file("output");
    const summary = file("summary");
    const cwd = path.join(workspace, filled(step["working-directory"] ?? ".", contexts));
    const child = spawn("bash", ["-e", file("step.sh", filled(step.run, contexts))], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...this.#toolEnv(),
        HOME: files,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: this.#github.apiUrl,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "acme/data",
        GITHUB_WORKSPACE: workspace,
        GITHUB_SHA: what.sha,
        GITHUB_REF: what.ref,
        GITHUB_RUN_ID: String(run.id),
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_EVENT_PATH: file("event.json", JSON.stringify(what.payload)),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...env,
        ...own,
      },
    });
    child.stdout.on("data", (chunk) => (run.log += String(chunk)));
    child.stderr.on("data", (chunk) => (run.log += String(chunk)));
    const [code] = (await once(child, "close")) as [number];
    for (const line of readFileSync(output, "utf8").split("\n").filter(Boolean)) {
      const at = line.indexOf("=");
      outputs[line.slice(0, at)] = line.slice(at + 1);
    }
    run.summary += readFileSync(summary, "utf8");
    return code === 0;
  }

  readonly #fileAt = (sha: string, file: string): string =>
    execFileSync("git", ["show", `${sha}:${file}`], { cwd: this.#origin, encoding: "utf8" });
}

interface Place {
  env: Record<string, string>;
  workspace: string;
  outputs: Contexts;
}

interface Composite {
  inputs: Record<string, { default: string }>;
  runs: { steps: Step[] };
}

/** The jobs, each after those that it needs. */
function inOrder(jobs: Record<string, Job>): [string, Job][] {
  const placed = new Map<string, Job>();
  const place = (name: string) => {
    if (placed.has(name)) return;
    for (const needed of [jobs[name]!.needs ?? []].flat()) place(needed);
    placed.set(name, jobs[name]!);
  };
  for (const name of Object.keys(jobs)) place(name);
  return [...placed];
}
