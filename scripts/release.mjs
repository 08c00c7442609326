// Makes a release: `npm run release -- patch|minor|major|X.Y.Z`. The version stands in package.json and nowhere else; the changes are
// those under "Unreleased" in CHANGELOG.md. It commits and tags here, packs, and prints what is left to a person: nothing is published.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ["inherit", "pipe", "inherit"] });
const text = (...command) => String(run(...command)).trim();
const fail = (message) => {
  console.error(message);
  process.exit(2);
};

const [step = ""] = process.argv.slice(2);
if (!/^(patch|minor|major|\d+\.\d+\.\d+)$/.test(step)) fail("npm run release -- patch, minor, major or X.Y.Z");
if (text("git", "status", "--porcelain") !== "") fail("There are changes that are not committed. Commit them first.");

const changelog = path.join(root, "CHANGELOG.md");
const log = readFileSync(changelog, "utf8");
const unreleased = /^## Unreleased\n+([^]*?)(?=^## |$(?![^]))/m.exec(log)?.[1]?.trim();
if (!unreleased) fail("CHANGELOG.md has nothing under Unreleased. Say there what users will notice.");

execFileSync("npm", ["test"], { cwd: root, stdio: "inherit" });
const version = text("npm", "version", step, "--no-git-tag-version").replace(/^v/, "");
writeFileSync(changelog, log.replace("## Unreleased\n", `## Unreleased\n\n## ${version}\n`));
run("npm", "run", "-s", "build");
const tarball = JSON.parse(text("npm", "pack", "--json"))[0].filename;
run("git", "commit", "-qam", `Release ${version}`);
run("git", "tag", "-a", `v${version}`, "-m", unreleased);
console.log(
  `${tarball} is packed and v${version} tagged. To publish: git push --follow-tags, then npm publish ${tarball}`,
);
