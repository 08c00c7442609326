/** Loaded into the provider host, the SDK's own program, before the SDK. */
import nodeModule from "node:module";
import "./late-modules.ts";

// An engine that was killed cannot end the host, but the host's standard input ends with it.
process.stdin
  .on("end", () => process.exit())
  .resume()
  .unref();

// A process that a signal ends does not write the code that it has compiled, which would halve the start of the next host.
process.once("SIGINT", () => {
  nodeModule.flushCompileCache?.();
  if (process.listenerCount("SIGINT") === 0) process.kill(process.pid, "SIGINT");
});
