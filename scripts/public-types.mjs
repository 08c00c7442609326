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
    path.join(root, program.replace("dist", "dist/declarations").replace(/\.js$/, ".d.ts")),
  ]);

const types = path.join(root, "dist/types");
rmSync(types, { recursive: true, force: true });
// One at a time: what two of them have in common would become a file of its own.
for (const [name, input] of entries) {
  const bundle = await rollup({
    input,
    external: /^[^./]/,
    plugins: [dts()],
    onwarn: (warning, warn) => warning.code === "EMPTY_BUNDLE" || warn(warning),
  });
  await bundle.write({ file: path.join(types, `${name}.d.ts`), format: "es" });
}
