import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { root, sluice } from "../support/sluice.ts";

/** What each installs with. They come from the registry as everything else that they install. */
const managers = {
  npm: ["npm", "install", "--no-fund", "--no-audit", "--loglevel=error"],
  pnpm: ["npx", "--yes", "pnpm@10", "install"],
  "yarn with node_modules": ["npx", "--yes", "-p", "@yarnpkg/cli-dist@4", "yarn", "install"],
  // It fetches its program by a script of its package, which npm runs only where that is asked for.
  bun: ["npx", "--yes", "--ignore-scripts=false", "bun@1", "install"],
} as const;

const yarnrc = (linker: string) => ({
  ".yarnrc.yml": `nodeLinker: ${linker}\nenableImmutableInstalls: false\nenableTelemetry: false\n`,
});

/** An install may take as long as the registry needs. */
const installMs = 600_000;

/** Installs of a project whose company's own package brings Sluice, which costs minutes: by `npm run test:programs`. */
describe.runIf(process.env["SLUICE_PROGRAMS"] === "all")(
  "the provider is found in what is installed by",
  { timeout: installMs },
  () => {
    let folder: string;
    let tarballs: { sluice: string; infra: string };
    let world: EmulatorWorld;
    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), "sluice-managers-")));
      tarballs = { sluice: pack(root), infra: "" };
      tarballs.infra = pack(write("infra", infra()));
      world = await emulatorWorld(seed);
    });
    afterAll(async () => {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }, installMs);

    function pack(of: string): string {
      const answer = execFileSync(
        "npm",
        ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder],
        {
          cwd: of,
          encoding: "utf8",
        },
      );
      return path.join(folder, JSON.parse(answer.slice(answer.indexOf("[")))[0].filename);
    }

    function write(name: string, files: Record<string, string>): string {
      const place = path.join(folder, name);
      mkdirSync(place, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
      return place;
    }

    /** A company's own package, which brings Sluice. */
    const infra = () => ({
      "package.json": JSON.stringify({
        name: "@acme/infra",
        version: "1.0.0",
        type: "module",
        main: "index.js",
        dependencies: { sluice: `file:${tarballs.sluice}` },
        peerDependencies: { "@pulumi/pulumi": "^3.256.0" },
      }),
      "index.js": `import { ResourceDataSync } from "sluice";
        export const platform = (syncName) => new ResourceDataSync(syncName, { account: "${catalog}", region: "us-east-1", syncName,
          s3Destination: { bucketName: "acme-inventory", region: "us-east-1" } });`,
    });

    /** A project that depends on the company's package and on Pulumi, and on nothing else. */
    function project(name: string, more: Record<string, string> = {}): string {
      const dependencies = { "@acme/infra": `file:${tarballs.infra}`, "@pulumi/pulumi": "3.270.0" };
      return write(name.replaceAll(/\W/g, "-"), {
        "package.json": JSON.stringify({ name: "acme", private: true, type: "module", dependencies }),
        "Pulumi.yaml": "name: acme\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
        "index.js": 'import { platform } from "@acme/infra";\nexport const { arn } = platform("one");\n',
        ...more,
      });
    }

    function install(place: string, [command, ...words]: readonly [string, ...string[]]): void {
      const { status, stdout, stderr } = spawnSync(command, words, {
        cwd: place,
        encoding: "utf8",
        env: { ...process.env, CI: "" },
      });
      expect(status, stdout + stderr).toBe(0);
    }

    const engine = (place: string, ...words: string[]) =>
      sluice(["engine", ...words, "--cwd", place, "--state", `file://${place}`], {
        cwd: place,
        env: world.environmentOf(catalog),
      });

    async function works(place: string, ...words: string[]): Promise<void> {
      const ran = await engine(place, ...words);
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    }

    it.each(Object.entries(managers))("%s, also after the project was moved", async (name, command) => {
      await world.reset();
      const place = project(name, yarnrc("node-modules"));
      install(place, command);
      await works(place, "up", "--yes");
      await works(place, "refresh", "--yes");
      const moved = `${place}-moved`;
      // As people copy a project: links inside stay links to where they pointed from.
      cpSync(place, moved, { recursive: true, verbatimSymlinks: true });
      rmSync(place, { recursive: true });
      await works(moved, "preview", "--expect-no-changes");
      await works(moved, "destroy", "--yes");
    });

    it("pnpm in a workspace, where the company's package is a neighbour", async () => {
      await world.reset();
      write("workspace", { "package.json": "{}", "pnpm-workspace.yaml": "packages: [infra, app]\n" });
      write("workspace/infra", infra());
      const dependencies = { "@acme/infra": "workspace:*", "@pulumi/pulumi": "3.270.0" };
      const manifest = JSON.stringify({ name: "app", private: true, type: "module", dependencies });
      const place = project("app", { "package.json": manifest });
      cpSync(place, path.join(folder, "workspace/app"), { recursive: true });
      install(path.join(folder, "workspace"), managers.pnpm);
      await works(path.join(folder, "workspace/app"), "up", "--yes");
      await works(path.join(folder, "workspace/app"), "destroy", "--yes");
    });

    it("npm, with the oldest Pulumi SDK that the package takes", async () => {
      await world.reset();
      const { peerDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
      const oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
      const dependencies = { "@acme/infra": `file:${tarballs.infra}`, "@pulumi/pulumi": oldest };
      const place = project("oldest", {
        "package.json": JSON.stringify({ name: "acme", private: true, type: "module", dependencies }),
        "index.js": `import { platform } from "@acme/infra";
          const made = platform("one");
          const read = Object.getPrototypeOf(made).constructor.get("read", made.id);
          export const { arn } = read;`,
      });
      install(place, managers.npm);
      await works(place, "up", "--yes");
      await works(place, "refresh", "--yes");
      await works(place, "preview", "--expect-no-changes");
      await works(place, "destroy", "--yes");
    });

    it("yarn's Plug'n'Play not, and says what to do instead", async () => {
      const place = project("yarn pnp", yarnrc("pnp"));
      install(place, managers["yarn with node_modules"]);
      const { code, stderr } = await engine(place, "up", "--yes");
      expect(code).toBe(2);
      expect(stderr).toMatch(/Plug'n'Play, which Pulumi does not run on\n.*`nodeLinker: node-modules`.*`yarn install`/);
    });
  },
);
