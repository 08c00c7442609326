import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, win32 } from "node:path";

import { describe, expect, test } from "vitest";

import { openBackend, stackFiles } from "../../../../src/engine/state/backend.ts";
import { folderOfUrl } from "../../../../src/engine/state/file-url.ts";
import type { PulumiProject } from "../../../../src/engine/state/project-file.ts";
import { readProject } from "../../../../src/engine/state/project-file.ts";
import { readStackConfig, resolveConfig, writeSalt } from "../../../../src/engine/state/stack-config.ts";
import { memoryFiles } from "./memory-files.ts";
import { openManager } from "./support.ts";

const at = (entries: Record<string, string>) => memoryFiles(new Map(Object.entries(entries)));
const project: PulumiProject = {
  name: "lab",
  root: "/p",
  pwd: "/p",
  entry: ".",
  runtimeOptions: {},
  stackConfigFolder: "/p",
  config: {},
};

describe("the backend", () => {
  const open = (entries: Record<string, string>, state = "file:///b") =>
    openBackend({ root: "/p", state, env: {} }, at({ "/b": "", ...entries }));

  test("is refused, with what to do, where this engine cannot keep a state", async () => {
    await expect(open({}, "s3://bucket")).rejects.toThrow(/s3:\/\/bucket is not a file:\/\/ backend/);
    await expect(open({}, "file:///none")).rejects.toThrow(/unable to open state directory \/none/);
    await expect(open({ "/b/.pulumi/meta.yaml": "" })).rejects.toThrow(/corrupt store: missing version/);
    await expect(open({ "/b/.pulumi/meta.yaml": "version: 0" })).rejects.toThrow(/legacy layout/);
    await expect(open({ "/b/.pulumi/meta.yaml": "version: 2" })).rejects.toThrow(/version \(2\) is not supported/);
    await expect(open({ "/b/.pulumi/stacks/dev.json": "{}" })).rejects.toThrow(/legacy layout/);
    const gzipped = at({ "/b/.pulumi/stacks/lab/dev.json.gz": "" });
    await expect(stackFiles({ url: "", folder: "/b" }, "lab", "dev", gzipped)).rejects.toThrow(/compressed/);
  });

  test("that somebody named wrongly, or not at all, is wrong input; one that is broken is a failure", async () => {
    const nowhere = openBackend({ root: "/p", env: {} }, at({}));
    await expect(nowhere).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("no backend") });
    await expect(open({}, "s3://bucket")).rejects.toMatchObject({ exitCode: 2 });
    const broken = await open({ "/b/.pulumi/meta.yaml": "version: 2" }).catch((error: unknown) => error);
    expect((broken as { exitCode?: number }).exitCode ?? 1).not.toBe(2);
  });

  test("is relative to the project, and gets a meta.yaml", async () => {
    const files = at({ "/p/state": "" });
    const backend = await openBackend({ root: "/p", projectUrl: "file://./state", env: {} }, files);
    expect(backend.folder).toBe("/p/state");
    expect(files.texts.get("/p/state/.pulumi/meta.yaml")).toBe("version: 1\n");
  });

  test("is the folder of its URL, on Windows too", () => {
    expect(folderOfUrl("file://state?no_tmp_dir=true", "/p")).toBe("/p/state");
    expect(folderOfUrl("file:///s", "/p")).toBe("/s");
    expect(folderOfUrl("file:///C:/s", "/p")).toBe("/C:/s");
    expect(folderOfUrl("file://~/s", "/p")).toBe(join(homedir(), "s"));
    const onWindows = (url: string) => folderOfUrl(url, "D:\\acme\\infra", win32);
    expect(onWindows("file:///C:/acme/state")).toBe("C:\\acme\\state");
    expect(onWindows("file://C:\\acme\\state")).toBe("C:\\acme\\state");
    expect(onWindows("file://c:/acme/state")).toBe("c:\\acme\\state");
    expect(onWindows("file://.")).toBe("D:\\acme\\infra");
    expect(onWindows("file://./state")).toBe("D:\\acme\\infra\\state");
    expect(onWindows("file:////server/share/state")).toBe("\\\\server\\share\\state");
    expect(onWindows("file://~\\state")).toBe(win32.resolve("D:\\", homedir(), "state"));
  });

  test("is this run's, else the environment's, else the project's, else the one logged in to", async () => {
    const files = at({ "/a": "", "/e": "", "/j": "", "/l": "", "/h/credentials.json": `{"current": "file:///l"}` });
    const pick = async (state?: string, url?: string, projectUrl?: string) =>
      (await openBackend({ root: "/p", state, projectUrl, env: { PULUMI_BACKEND_URL: url, PULUMI_HOME: "/h" } }, files))
        .folder;
    expect(await pick("file:///a", "file:///e", "file:///j")).toBe("/a");
    expect(await pick(undefined, "file:///e", "file:///j")).toBe("/e");
    expect(await pick(undefined, undefined, "file:///j")).toBe("/j");
    expect(await pick()).toBe("/l");
  });
});

describe("Pulumi.yaml", () => {
  const read = (yaml: string) => readProject("/p/sub", at({ "/p/Pulumi.yaml": yaml }));

  test("is found above the working folder", async () => {
    expect(await read("name: lab\nruntime: nodejs")).toMatchObject({ name: "lab", root: "/p", pwd: "/p", entry: "." });
  });

  test.each([
    ["name: lab\nruntime: python", /runtime "python"/],
    ["name: lab\nruntime: nodejs\nplugins: { providers: [{ name: x }] }", /"plugins"/],
    ["name: lab\nruntime: nodejs\npackages: { x: y }", /"packages"/],
    ["runtime: nodejs", /has no "name"/],
    ["name: ../../lab\nruntime: nodejs", /"\.\.\/\.\.\/lab", .*, is not a project's name/],
    ["name: ..\nruntime: nodejs", /is not a project's name/],
    ["name: 'a::b'\nruntime: nodejs", /is not a project's name/],
    ["name: [", /not valid YAML/],
  ])("is refused: %s", async (yaml, message) => {
    await expect(read(yaml)).rejects.toThrow(message);
  });

  test("is refused where Yarn's Plug'n'Play has its packages, unless Pulumi is in a folder of modules", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-pnp-"));
    const readThere = () => readProject(folder, at({ [join(folder, "Pulumi.yaml")]: "name: lab\nruntime: nodejs" }));
    writeFileSync(join(folder, ".pnp.cjs"), "");
    await expect(readThere()).rejects.toMatchObject({
      exitCode: 2,
      advice: expect.stringMatching(/nodeLinker: node-modules/),
    });
    mkdirSync(join(folder, "node_modules/@pulumi/pulumi"), { recursive: true });
    expect(await readThere()).toMatchObject({ name: "lab" });
    rmSync(folder, { recursive: true });
  });
});

describe("the stack's configuration", () => {
  const resolve = async (yaml: string, config = {}) => {
    const own = { ...project, config };
    const read = await readStackConfig(own, "dev", at({ "/p/Pulumi.dev.yaml": yaml }));
    return resolveConfig(read, own, "dev", openManager);
  };

  test("is text, an object its JSON, and secret where any of it is", async () => {
    const secure = openManager.encrypt("hush");
    const yaml = `config:\n  lab:n: 1\n  b: true\n  lab:s: { secure: "${secure}" }\n  aws:o: { a: [{ secure: "${secure}" }], z: 1 }\n`;
    expect(await resolve(yaml)).toEqual({
      "aws:o": { value: `{"a":["hush"],"z":1}`, secret: true, hidden: ["hush"] },
      "lab:b": { value: "true", secret: false },
      "lab:n": { value: "1", secret: false },
      "lab:s": { value: "hush", secret: true, hidden: ["hush"] },
    });
  });

  test("has the project's presets, and an error for what nobody set", async () => {
    expect(await resolve("", { a: "x", b: { default: 2 } })).toMatchObject({
      "lab:a": { value: "x" },
      "lab:b": { value: "2" },
    });
    await expect(resolve("", { need: { type: "string" } })).rejects.toThrow(
      "Stack 'dev' is missing configuration value 'need'",
    );
    await expect(resolve("config: { n: x }", { n: { type: "integer" } })).rejects.toThrow(/must be of type 'integer'/);
  });

  test("is refused with an environment or another secrets provider", async () => {
    await expect(resolve("environment: [prod]")).rejects.toThrow(/"environment"/);
    await expect(resolve("secretsprovider: awskms://x")).rejects.toThrow(/awskms/);
  });

  test("keeps its comments when it gets a salt", async () => {
    const file = join("/p", "Pulumi.dev.yaml");
    for (const [before, after] of [
      ["# why\nconfig:\n  lab:a: 1 # one", "# why\nconfig:\n  lab:a: 1 # one\nencryptionsalt: v1:x\n"],
      ["", "encryptionsalt: v1:x\n"],
      ["\ufeffconfig:\r\n  a: 1\r\n", "\ufeffconfig:\r\n  a: 1\r\nencryptionsalt: v1:x\r\n"],
      ["  config:\n    a: 1\n", "config:\n  a: 1\nencryptionsalt: v1:x\n"],
      ["config:\n  a: 1\n...\n", "config:\n  a: 1\nencryptionsalt: v1:x\n...\n"],
      ["{ config: { a: 1 } }\n", "{ config: { a: 1 }, encryptionsalt: v1:x }\n"],
    ] as const) {
      const files = at({ [file]: before });
      await writeSalt(file, "v1:x", files);
      expect(files.texts.get(file)).toBe(after);
    }
  });
});
