import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Lab } from "./lab.ts";

let lab: Lab;
beforeEach(async () => {
  // The functions live in the program's process.
  lab = await Lab.open();
});
afterEach(() => lab.close());

const stub = `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("./provider.cjs")`;
const thing = (name: string, more = "") =>
  `new pulumi.CustomResource("pulumi-nodejs:dynamic/lab:Thing", "${name}", { __thing: "${name}", __provider: stub, n: 1 }, { ${more} });`;

const programOf = (...statements: string[]) => `import * as pulumi from "@pulumi/pulumi";
const stub = ${JSON.stringify(stub)};
export default async () => { ${statements.join("\n")} };`;

describe("Transforms", { timeout: 120_000 }, () => {
  test("change what is registered: a resource's own first, then its parents', then the stack's; and options", async () => {
    const adding = (letter: string, more = "") =>
      `({ name, props, opts }) => ({ props: { ...props, way: (props.way ?? "") + "${letter}" }, opts: { ...opts, ${more} } })`;
    const text = programOf(
      `pulumi.runtime.registerResourceTransform(${adding("s", "protect: true")});`,
      `const outer = new pulumi.ComponentResource("lab:index:Outer", "outer", {}, { transforms: [${adding("o")}] });`,
      `const inner = new pulumi.ComponentResource("lab:index:Inner", "inner", {}, { parent: outer, transforms: [${adding("i")}] });`,
      thing("a", `parent: inner, transforms: [${adding("1")}, ${adding("2", "retainOnDelete: true")}]`),
      thing("b", `parent: outer`),
      thing("c", `transforms: [() => undefined]`),
    );
    await lab.useProgram(text);
    const { exit, state, messages } = await lab.do({ command: "up" });
    expect(exit, messages?.join("\n")).toBe("ok");
    const things = state as { name: string; inputs?: { way?: string }; protect?: boolean; retainOnDelete?: boolean }[];
    const of = (wanted: string) => {
      const { inputs, protect, retainOnDelete } = things.find(({ name }) => name.split("::").at(-1) === wanted)!;
      return [inputs?.way, protect, retainOnDelete];
    };
    expect(of("a")).toEqual(["12ios", true, true]);
    expect(of("b")).toEqual(["os", true, undefined]);
    expect(of("c")).toEqual(["s", true, undefined]);
    await lab.useProgram(text);
    expect((await lab.do({ command: "up" })).summary).toEqual({ same: 6 });
  });

  test("that fail end the run with their own words, and nothing is made", async () => {
    await lab.useProgram(programOf(thing("a", `transforms: [() => { throw new Error("not like this"); }]`)));
    const { exit, messages, cloud } = await lab.do({ command: "up" });
    expect(exit).toBe("failed");
    expect(messages?.join("\n")).toContain("The program's transform failed: Error: not like this");
    expect(cloud).toEqual({});
  });

  test("take away no refusal of what the engine does not do", async () => {
    const text = programOf("pulumi.runtime.registerResourceTransform(() => undefined);", thing("a", `import: "x"`));
    await lab.useProgram(text);
    const { exit, messages, cloud } = await lab.do({ command: "up" });
    expect([exit, cloud]).toEqual(["failed", {}]);
    expect(messages?.join("\n")).toContain('The option import of "a"');
  });
});
