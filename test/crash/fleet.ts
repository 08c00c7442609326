import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { run } from "../../src/engine/index.ts";
import { inProcess } from "../conformance/in-process/launcher.ts";
import type { RunOutcome } from "../../src/engine/index.ts";

export interface Item {
  name: string;
  value: number;
  /** Changing it replaces the object, the old one being deleted first. */
  place: string;
  /** An earlier item, whose output is an input of this one. */
  from?: string;
}

const engineFile = resolve(import.meta.dirname, "../../src/engine/index.ts");

/** A project of many small objects in a cloud of files, whose engine can be killed. */
export class Fleet {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-fleet-"));

  constructor() {
    cpSync(join(import.meta.dirname, "fleet"), this.folder, { recursive: true });
    symlinkSync(resolve(import.meta.dirname, "../../node_modules"), join(this.folder, "node_modules"));
    for (const name of ["state", "cloud"]) mkdirSync(join(this.folder, name));
    writeFileSync(
      join(this.folder, "Pulumi.yaml"),
      "name: fleet\nmain: program.mjs\nruntime:\n  name: nodejs\n  options: { typescript: false }\nbackend: { url: file://./state }\n",
    );
  }

  /** As it is now, in another folder. */
  copy(): Fleet {
    const copy = new Fleet();
    for (const name of ["state", "cloud", "Pulumi.dev.yaml"])
      cpSync(join(this.folder, name), join(copy.folder, name), { recursive: true });
    return copy;
  }

  want(items: readonly Item[]): void {
    writeFileSync(join(this.folder, "wanted.json"), JSON.stringify(items));
    writeFileSync(join(this.folder, "log"), "");
  }

  up(expectNoChanges = false): Promise<RunOutcome> {
    const env = this.#environment();
    return run("up", { cwd: this.folder, stack: "dev", env, expectNoChanges, launcher: inProcess });
  }

  /** Runs `up` in a process of its own until it is killed, at the provider's call or after the time that is given. */
  async upKilled(moment: { halfCall: number } | { milliseconds: number }): Promise<"killed" | "ended"> {
    const options = JSON.stringify({ cwd: this.folder, stack: "dev" });
    const script = `import { run } from ${JSON.stringify(engineFile)}; process.exitCode = (await run("up", ${options})).exitCode;`;
    const killAt = "halfCall" in moment ? { FLEET_KILL_AT: String(moment.halfCall) } : {};
    const child = spawn(process.execPath, ["--input-type=module", "--no-warnings", "-e", script], {
      env: { ...this.#environment(), ...killAt },
      stdio: "ignore",
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), "milliseconds" in moment ? moment.milliseconds : 60_000);
    const signal = await new Promise((done) => child.once("exit", (_, by) => done(by)));
    clearTimeout(timer);
    return signal === "SIGKILL" ? "killed" : "ended";
  }

  /** The objects that exist, by name. */
  cloud(): Map<string, { value: number; place: string }> {
    const folder = join(this.folder, "cloud");
    return new Map(readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]));
  }

  /** The calls of the provider that had an effect. */
  calls(): number {
    return readFileSync(join(this.folder, "log"), "utf8").split("\n").length - 1;
  }

  /** The names of the objects that the state knows, in its order. */
  recorded(): string[] {
    const text = readFileSync(join(this.folder, "state/.pulumi/stacks/fleet/dev.json"), "utf8");
    const resources: { type: string; id: string }[] = JSON.parse(text).checkpoint.latest.resources ?? [];
    return resources.filter(({ type }) => type.endsWith(":Item")).map(({ id }) => id);
  }

  /** What a run leaves in the state's folder only when it was interrupted. */
  leftovers(): string[] {
    const names = readdirSync(join(this.folder, "state"), { recursive: true }).map(String);
    return names.filter((name) => /\.(journal|reserve|tmp)$|locks.*\.json$/.test(name));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    const at = (name: string) => join(this.folder, name);
    return {
      ...process.env,
      PULUMI_CONFIG_PASSPHRASE: "fleet",
      FLEET_WANTED: at("wanted.json"),
      FLEET_CLOUD: at("cloud"),
      FLEET_LOG: at("log"),
    };
  }
}
