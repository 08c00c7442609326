/** Loaded into the provider host, the SDK's own program, before the SDK. */
import nodeModule from "node:module";
import "./late-modules.ts";

// An engine that was killed cannot end the host, but the host's standard input ends with it.
process.stdin
  .on("end", () => process.exit())
  .resume()
  .unref();

// The host prints each error that it answers a call with: one that has no stack has nothing to print that the engine does not tell.
const { error: print } = console;
console.error = (...values: unknown[]) => {
  const [value] = values;
  if (values.length > 1 || typeof value !== "string" || !/^\w*Error: [^]*: $/.test(value)) print(...values);
};

// A process that a signal ends does not write the code that it has compiled, which would halve the start of the next host.
process.once("SIGINT", () => {
  nodeModule.flushCompileCache?.();
  if (process.listenerCount("SIGINT") === 0) process.kill(process.pid, "SIGINT");
});
