/** Stands in for GitHub's command line: the few commands that the workflows of `init` give, over the fake GitHub. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { GITHUB_API_URL, GH_TOKEN, GITHUB_REPOSITORY, GH_REPO = GITHUB_REPOSITORY } = process.env;

async function ask(method: string, path: string, body?: object): Promise<string> {
  const response = await fetch(`${GITHUB_API_URL}/${path}`, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return text;
  process.stderr.write(`gh: ${text} (HTTP ${response.status})\n`);
  process.exit(1);
}

function print(json: string, jq: string | undefined): void {
  if (jq === undefined) return void process.stdout.write(json);
  const { stdout, stderr, status } = spawnSync("jq", ["-r", jq], { input: json, encoding: "utf8" });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status ?? 1;
}

if (!GH_TOKEN) {
  process.stderr.write("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.\n");
  process.exit(4);
}
const text = { type: "string" } as const;
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    method: { ...text, short: "X" },
    field: { ...text, short: "f", multiple: true },
    paginate: { type: "boolean" },
    silent: { type: "boolean" },
    jq: text,
    repo: text,
    name: text,
    state: text,
    app: text,
    limit: text,
    json: text,
    title: text,
    "body-file": text,
    comment: text,
  },
});
const [command, verb, which = ""] = positionals;
const issues = `repos/${GH_REPO}/issues`;
const body = values["body-file"] && readFileSync(values["body-file"], "utf8");
if (command === "api") {
  const fields = values.field && Object.fromEntries(values.field.map((field) => field.split(/=(.*)/s).slice(0, 2)));
  const answer = await ask(values.method ?? (fields ? "POST" : "GET"), verb!, fields);
  if (!values.silent) print(answer, values.jq);
} else if (`${command} ${verb}` === "run download") {
  const files = await ask("GET", `repos/${values.repo}/actions/runs/${which}/artifacts/${values.name}`);
  const { writeFileSync } = await import("node:fs");
  for (const [name, content] of Object.entries(JSON.parse(files) as object)) writeFileSync(name, content as string);
} else if (`${command} ${verb}` === "issue list")
  print(await ask("GET", `${issues}?creator=app/${values.app}`), values.jq);
else if (`${command} ${verb}` === "issue create") await ask("POST", issues, { title: values.title, body });
else if (`${command} ${verb}` === "issue edit") await ask("PATCH", `${issues}/${which}`, { body });
else if (`${command} ${verb}` === "issue close") {
  await ask("POST", `${issues}/${which}/comments`, { body: values.comment });
  await ask("PATCH", `${issues}/${which}`, { state: "closed" });
} else if (`${command} ${verb}` !== "auth setup-git") throw new Error(`gh ${positionals.join(" ")} is not known here`);
