import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const preload = new URL("../../../../src/engine/processes/leak-notes.ts", import.meta.url).href;

/** What the program prints that runs as the engine runs a program. */
function printed(program: string): unknown {
  const output = execFileSync(process.execPath, [`--import=${preload}`, "--input-type=commonjs", "-e", program]);
  return JSON.parse(String(output));
}

it("The stacks of a program's errors are mapped by whoever maps them", () => {
  expect(printed(`Error.prepareStackTrace = () => "mapped"; console.log(JSON.stringify(new Error("x").stack))`)).toBe(
    "mapped",
  );
});

it("The SDK's notes of its promises are not mapped, and still tell where the promise was made", () => {
  const noted = `Error.prepareStackTrace = () => "mapped";
    function debuggablePromise() { return new Error().stack; }
    function made() { return debuggablePromise(); }
    console.log(JSON.stringify(made()))`;
  expect(printed(noted)).toMatch(/^Error\n {4}at debuggablePromise \(.*\n {4}at made \(/);
});

it("A program may replace the mapping, put it back and take it away", () => {
  const swapped = `Error.prepareStackTrace = () => "first";
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = () => "second";
    const seen = [new Error().stack];
    Error.prepareStackTrace = before;
    seen.push(new Error().stack, Error.prepareStackTrace === before);
    Error.prepareStackTrace = undefined;
    console.log(JSON.stringify([...seen, new Error("plain").stack.split("\\n")[0]]))`;
  expect(printed(swapped)).toEqual(["second", "first", true, "Error: plain"]);
});
