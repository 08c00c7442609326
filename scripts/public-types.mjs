// Writes to dist/types what programs can see of each of the package's exports, and no more.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const root = path.resolve(import.meta.dirname, "..");
const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const entries = Object.values(exports)
  .filter(({ types }) => types)
  .map(({ types, default: program }) => [
    path.basename(types, ".d.ts"),
    path.join(root, program.replace(/\.js$/, ".d.ts")),
  ]);

const bundle = await rollup({
  input: Object.fromEntries(entries),
  external: /^[^./]/,
  plugins: [dts()],
  // The program exports nothing, as it should be.
  onwarn: (warning, warn) => warning.code === "EMPTY_BUNDLE" || warn(warning),
});
rmSync(path.join(root, "dist/types"), { recursive: true, force: true });
await bundle.write({ dir: path.join(root, "dist/types"), format: "es" });
