import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent } from "../../../src/preview/index.ts";

/** Stands in for the Pulumi CLI: writes down how it was called, plays events into the event log, and ends as told. */
export interface FakePulumi {
  env: NodeJS.ProcessEnv;
  /** Everything it was called with: one object a call; reading the state is no call. */
  calls(): { argv: string[]; cwd: string; env: Record<string, string> }[];
  /** What a verb does from now on. */
  play(verb: string, events: EngineEvent[], exitCode?: number, output?: string): void;
  /** The state's resources from now on, or once a verb has run. */
  record(resources: object[], after?: string): void;
  remove(): void;
}

export function fakePulumi(): FakePulumi {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-fake-"));
  const file = path.join(folder, "bin", "pulumi");
  mkdirSync(path.dirname(file));
  writeFileSync(path.join(folder, "calls"), "");
  writeFileSync(file, command(folder));
  writeFileSync(path.join(folder, "verbs.cjs"), verbs(folder));
  chmodSync(file, 0o755);
  return {
    env: { PATH: `${path.dirname(file)}${path.delimiter}${process.env["PATH"]}`, HOME: folder },
    calls: () =>
      readFileSync(path.join(folder, "calls"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ReturnType<FakePulumi["calls"]>[number]),
    record: (resources, after) =>
      writeFileSync(
        path.join(folder, after ? `after-${after}.json` : "state.json"),
        JSON.stringify({ deployment: { resources } }),
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    play: (verb, events, exitCode = 0, output = "") =>
      writeFileSync(path.join(folder, `${verb}.json`), JSON.stringify({ events, exitCode, output })),
  };
}

/** Answers what is asked most without a start of Node. */
const command = (folder: string) => `#!/bin/sh
case "$1 $2" in
  "stack export") [ -f "${folder}/state.json" ] || exit 1; exec cat "${folder}/state.json" ;;
  "stack ls") echo '[{"name":"dev"},{"name":"prod"}]'; exit ;;
esac
exec node "${folder}/verbs.cjs" "$@"
`;

const verbs = (folder: string) => `
const fs = require("node:fs");
const argv = process.argv.slice(2);
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PULUMI|SLUICE|AWS)_/.test(name)));
fs.appendFileSync(${JSON.stringify(folder)} + "/calls", JSON.stringify({ argv, cwd: process.cwd(), env }) + "\\n");
const play = ${JSON.stringify(folder)} + "/" + argv[0] + ".json";
const { events, exitCode, output } = fs.existsSync(play) ? JSON.parse(fs.readFileSync(play, "utf8")) : { events: [], exitCode: 0, output: "" };
const log = argv.indexOf("--event-log");
if (log >= 0) for (const event of events) fs.appendFileSync(argv[log + 1], JSON.stringify(event) + "\\n");
process.stderr.write(output);
const after = ${JSON.stringify(folder)} + "/after-" + argv[0] + ".json";
if (fs.existsSync(after)) fs.copyFileSync(after, ${JSON.stringify(folder)} + "/state.json");
process.exitCode = exitCode;
`;
