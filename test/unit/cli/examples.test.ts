import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { formattedYaml } from "../../../src/spec/index.ts";
import { commands } from "../../../src/cli/registry.ts";
import { memoryIo } from "./memory-io.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const found = (pattern: string) => globSync(pattern, { cwd: root }).toSorted();

describe("every example spec", () => {
  it.each([...found("{sluice.yaml,examples/**/*.yaml}")].filter((file) => !file.includes("github")))(
    "%s is laid out as fmt does it",
    (file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      expect(formattedYaml(text)).toBe(text);
    },
  );

  it.each([...found("examples/*/sluice.yaml")])("%s has no problems", async (file) => {
    const io = memoryIo({ cwd: root });
    const code = await runCommandLine(["check", "--spec", file, "-o", "json"], io);
    expect(JSON.parse(io.stdout())).toEqual({ problems: [] });
    expect(code).toBe(0);
  });
});

interface Workflow {
  on: Record<string, unknown>;
  permissions?: object;
  concurrency?: object;
  jobs: Record<
    string,
    {
      if?: string;
      needs?: string | string[];
      environment?: string;
      permissions?: Record<string, string>;
      steps: { run?: string; uses?: string; if?: string; env?: object; with?: object }[];
    }
  >;
}

describe("the workflows that init writes", () => {
  const files = found("examples/start/.github/workflows/*.yaml");
  const action = readFileSync(path.join(root, "examples/start/.github/actions/sluice/action.yml"), "utf8");
  const texts = files.map((file) => readFileSync(path.join(root, file), "utf8"));
  const [deploy, drift, preview, stack, own] = texts.map((text) => parse(text) as Workflow) as [
    Workflow,
    Workflow,
    Workflow,
    Workflow,
    Workflow,
  ];
  const gitlab = readFileSync(path.join(root, "examples/start/.gitlab-ci.yml"), "utf8");
  const jobs = [deploy, drift, preview].flatMap((workflow) => Object.values(workflow.jobs));

  it("run only commands and options that there are", async () => {
    const lines = [...texts, gitlab].flatMap((text) => [
      ...text.matchAll(/(?:npx --no-install sluice|bin\/sluice") ([\w-]+)([^\n]*)/g),
    ]);
    expect(lines.length).toBeGreaterThan(15);
    for (const [, command, rest] of lines) {
      expect(commands.map(({ name }) => name)).toContain(command);
      const io = memoryIo();
      await runCommandLine([command!, "--help"], io);
      for (const [option] of rest!.matchAll(/(?<=\s)--[\w-]+/g)) expect(io.stdout()).toContain(option);
    }
  });

  it("have no permission that they were not given by name, and no secret but the passphrase", () => {
    for (const workflow of [deploy, drift, preview, stack, own]) expect(workflow.permissions).toEqual({});
    expect(new Set(texts.join().match(/secrets\.\w+/g))).toEqual(new Set(["secrets.PULUMI_CONFIG_PASSPHRASE"]));
    expect(preview.jobs["check"]!.permissions).toEqual({ contents: "read" });
    // Who can enter AWS cannot write here, and the other way round.
    for (const { permissions = {} } of jobs.filter((job) => job.permissions?.["id-token"]))
      expect(permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  it("have no token where something is installed, and install nothing but what the lock file says", () => {
    expect(jobs.flatMap(({ steps }) => steps).filter(({ run }) => run?.startsWith("npm"))).toEqual([]);
    const { runs } = parse(action) as { runs: { steps: { run?: string; env?: object }[] } };
    expect(runs.steps.flatMap(({ run, env }) => (run ? { run, env } : []))).toEqual([
      { run: "npm ci --ignore-scripts && npx --no-install sluice --version", env: undefined },
    ]);
    for (const { uses, env } of jobs.flatMap(({ steps }) => steps).filter(({ uses }) => uses?.startsWith("$/")))
      expect({ uses, env }).toEqual({ uses: "$/.github/actions/sluice", env: undefined });
    const all = [...texts, action].join();
    expect(all).not.toMatch(/npx (?!--no-install)/);
    // What is not of this very commit is pinned by one.
    for (const [, used] of all.matchAll(/(?<!\w)uses: (\S+)/g)) expect(used).toMatch(/@[0-9a-f]{40}$|^\$\/\.github\//);
  });

  it("run the Pulumi CLI of one version on GitLab, that of Pulumi's own image, and no script of the net", () => {
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      devDependencies: Record<string, string>;
    };
    expect((parse(gitlab) as Record<string, { image?: object }>)[".aws"]!.image).toEqual({
      name: `pulumi/pulumi-nodejs-22:${devDependencies["@pulumi/pulumi"]}`,
      entrypoint: [""],
    });
    expect(gitlab).not.toMatch(/curl|wget/);
  });

  it("give a fork's pull request neither credentials nor a comment, and run none of its code", () => {
    const isNoFork = "!github.event.pull_request.head.repo.fork";
    for (const name of ["planning", "preview", "report"]) expect(preview.jobs[name]!.if).toContain(isNoFork);
    expect(Object.keys(own.on)).toEqual(["pull_request", "merge_group", "push", "schedule", "workflow_dispatch"]);
    const { steps } = preview.jobs["check"]!;
    expect(JSON.stringify(steps)).not.toMatch(/credentials@|GITHUB_TOKEN|id-token/);
    expect(steps.filter(({ run }) => run?.includes("sluice")).every(({ run }) => run!.startsWith('"$PROGRAM/'))).toBe(
      true,
    );
  });

  it("report whatever has happened before", () => {
    expect(preview.jobs["preview"]!.needs).toBeUndefined();
    // What is told before the end cannot come after it.
    expect(preview.jobs["report"]!.needs).toContain("planning");
    expect(deploy.jobs["report"]!.needs).toContain("applying");
    for (const { jobs } of [preview, deploy]) expect(jobs["report"]!.if).toContain("always()");
    expect(parse(gitlab).comment.rules[0].when).toBe("always");
  });

  it("apply one at a time, by the digest that was approved, and can be started again", () => {
    expect(deploy.concurrency).toMatchObject({ "cancel-in-progress": false, queue: "max" });
    const up = deploy.jobs["up"]!;
    expect(up).toMatchObject({ needs: "approved", environment: "${{ inputs.stack }}" });
    expect(up.steps.flatMap(({ run = "" }) => run)).toContain(
      'npx --no-install sluice up --stack "$STACK" --digest "$DIGEST" --plan plan.json -o json > run.json',
    );
  });

  it("stop at an empty variable before anything else", () => {
    for (const { steps } of jobs.filter((job) => job.permissions?.["id-token"])) {
      const script = `set -e\n${steps[0]!.run}`;
      const env = { PATH: process.env["PATH"], PULUMI_BACKEND_URL: "s3://acme", ROLE: "arn" };
      expect(spawnSync("bash", ["-c", script], { env }).status).toBe(0);
      for (const name of ["PULUMI_BACKEND_URL", "ROLE"]) {
        const { status, stderr } = spawnSync("bash", ["-c", script], { env: { ...env, [name]: "" }, encoding: "utf8" });
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: expect.stringContaining("set this variable") as string,
        });
      }
    }
  });

  const isThere = (tool: string) => spawnSync(tool, ["--version"]).status === 0;

  describe.runIf(isThere("jq"))("the digest that is applied", () => {
    const [first, second] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
    const bot = "github-actions[bot]";
    const status = (description: string | undefined, time: string, run: number, login = bot) => ({
      context: "sluice/prod",
      description,
      created_at: `2026-11-26T${time}:00Z`,
      creator: { login },
      target_url: `https://github.com/acme/data/actions/runs/${run}/attempts/1`,
    });
    const merged = { number: 7, merged_at: "2026-11-26T12:00:00Z" };
    const review = {
      state: "APPROVED",
      commit_id: "head",
      submitted_at: "2026-11-26T10:00:00Z",
      user: { login: "alice" },
    };

    /** Runs the step with a `gh` that answers by files. */
    function approved(answers: { pulls?: object[]; statuses?: object[]; reviews?: object[]; digest?: string }) {
      const folder = mkdtempSync(path.join(tmpdir(), "sluice-workflow-"));
      const write = (name: string, content: unknown) =>
        writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
      write("commits-sha-pulls", answers.pulls ?? [merged]);
      write("pulls-7", { head: { sha: "head" }, merged_at: merged.merged_at, merged_by: { login: "bob" } });
      write("pulls-7-reviews", answers.reviews ?? []);
      write("commits-head-statuses", answers.statuses ?? []);
      const gh = [
        "#!/bin/bash",
        `if [ "$1 $2" = "run download" ]; then echo '{"digest":"${answers.digest ?? first}"}' > plan.json; echo "$3" > downloaded; exit; fi`,
        'for last; do :; done; for one; do case "$one" in repos/*) file=${one#repos/acme/data/} ;; esac; done',
        `jq -r "$last" "${folder}/\${file//\\//-}"`,
      ];
      write("gh", gh.join("\n"));
      chmodSync(path.join(folder, "gh"), 0o755);
      write("out", "");
      const run = deploy.jobs["approved"]!.steps.find((step) => step.run?.includes("/statuses"))!.run!;
      const env = {
        PATH: `${folder}:${process.env["PATH"]}`,
        GITHUB_REPOSITORY: "acme/data",
        GITHUB_SHA: "sha",
        GITHUB_OUTPUT: path.join(folder, "out"),
        ASKED: "",
        STACK: "prod",
      };
      const { status, stdout } = spawnSync("bash", ["-e", "-c", run], { cwd: folder, env, encoding: "utf8" });
      return { status, said: stdout, out: readFileSync(path.join(folder, "out"), "utf8") };
    }

    it("is the one that stood there when it was approved, and none that came later or from somebody else", () => {
      const statuses = [
        status(second, "11:00", 42),
        status(second, "09:30", 43, "mallory"),
        status(first, "09:00", 41),
        status(second, "08:00", 40),
      ];
      const found = approved({ statuses, reviews: [review] });
      expect(found).toMatchObject({ status: 0, out: `number=7\ndigest=${first}\nby=alice\n` });
      // Where nobody has reviewed, the merge is the approval.
      expect(approved({ statuses, digest: second }).out).toBe(`number=7\ndigest=${second}\nby=bob\n`);
    });

    it("is none where no pull request, no ready plan or another plan is there", () => {
      const refused = (answers: Parameters<typeof approved>[0]) => {
        const { status, said, out } = approved(answers);
        // The comment says why.
        const told = /::error::(.*)/.exec(said)![1];
        expect({ status, out: out.replace("number=7\n", "") }).toEqual({ status: 1, out: `refusal=${told}\n` });
        return said;
      };
      expect(refused({ pulls: [] })).toContain("::error::sha came from no pull request");
      expect(refused({ statuses: [] })).toContain("::error::No plan of pull request 7 was ready");
      const unready = status("There is no plan that can be applied.", "09:00", 41);
      expect(refused({ statuses: [unready] })).toContain("::error::No plan of pull request 7 was ready");
      expect(refused({ statuses: [status(first, "09:00", 41)], digest: second })).toContain("another digest");
    });
  });

  it.each([
    { result: "none", open: "", does: "" },
    { result: "some", open: "", does: "create" },
    { result: "some", open: "41", does: "edit 41" },
    { result: "none", open: "41", does: "close 41" },
  ])("keep one issue of drift: $result found with the issue '$open' open", ({ result, open, does }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "sluice-drift-"));
    const gh = `#!/bin/bash\nif [ "$2" = list ]; then echo ${open}; else echo "$2" "$3" >> ${folder}/did; fi\n`;
    for (const [name, content] of Object.entries({ gh, did: "" })) writeFileSync(path.join(folder, name), content);
    chmodSync(path.join(folder, "gh"), 0o755);
    const { run = "" } = drift.jobs["issue"]!.steps.at(-1)!;
    const env = { PATH: `${folder}:${process.env["PATH"]}`, RESULT: result, TITLE: "Drift" };
    expect(spawnSync("bash", ["-e", "-c", run], { env }).status).toBe(0);
    expect(readFileSync(path.join(folder, "did"), "utf8").replace(" --title", "").trim()).toBe(does);
  });

  it("need ten lines of a user's own, which give them what they need and no more", () => {
    const { jobs, permissions } = own as unknown as { permissions: object; jobs: Record<string, Call> };
    expect(permissions).toEqual({});
    const lines = texts[4]!.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    expect(lines.length).toBeLessThan(16);
    const most = (granted: (Record<string, string> | undefined)[]) =>
      Object.fromEntries(
        granted
          .flatMap((permissions = {}) => Object.entries(permissions))
          .toSorted(([, a], [, b]) => a.localeCompare(b)),
      );
    const parts = (stack as unknown as { jobs: Record<string, Call> }).jobs;
    for (const [name, workflow] of Object.entries({ preview, deploy, drift })) {
      const { uses, permissions, with: given } = parts[name]!;
      expect(uses).toBe(`$/.github/workflows/sluice-${name}.yaml`);
      expect(given.stack).toBe("${{ inputs.stack }}");
      expect(permissions).toEqual(most(Object.values(workflow.jobs).map((job) => job.permissions)));
      // No stack has a name in what all of them share.
      expect(texts.slice(0, 4).join().replaceAll(/#.*$/gm, "")).not.toMatch(/\bprod\b/);
    }
    expect(jobs["prod"]).toMatchObject({ uses: "$/.github/workflows/sluice-stack.yaml", with: { stack: "prod" } });
    expect(jobs["prod"]!.permissions).toEqual(most(Object.values(parts).map((part) => part.permissions)));
  });

  interface Call {
    if: string;
    uses: string;
    with: { stack: string };
    permissions: Record<string, string>;
  }

  // A workflow names another by its place in the repository; `$/` and `queue` are newer than actionlint.
  const repositoryWith = (place: string) => {
    const repository = mkdtempSync(path.join(tmpdir(), "sluice-repository-"));
    cpSync(path.join(root, "examples/start/.github"), path.join(repository, ".github"), { recursive: true });
    mkdirSync(path.join(repository, ".git"));
    for (const file of globSync(".github/workflows/*", { cwd: repository })) {
      const text = readFileSync(path.join(repository, file), "utf8");
      writeFileSync(path.join(repository, file), text.replaceAll("uses: $/", `uses: ${place}`));
    }
    return repository;
  };
  const linters = {
    actionlint: { place: "./", args: ["-ignore", 'unexpected key "queue"'] },
    zizmor: { place: "$/", args: ["--offline", "--persona", "auditor", "--quiet", ".github"] },
  };
  for (const [linter, { place, args }] of Object.entries(linters)) {
    it.runIf(isThere(linter))(`have nothing that ${linter} finds`, () => {
      const { status, stdout } = spawnSync(linter, args, { cwd: repositoryWith(place), encoding: "utf8" });
      expect(status, stdout).toBe(0);
    });
  }
});
