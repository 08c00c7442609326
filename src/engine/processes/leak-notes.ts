/**
 * Loaded into the program before the SDK, which notes a stack at each of its promises in case one leaks. Mapping those
 * stacks to their sources takes half of the time of a program with 1,000 resources, so they keep the positions of the
 * files that run. Every other error is mapped as ever.
 */
import "./late-modules.ts";

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

const wrapped = new WeakSet<Prepare>();
let currentPrepare: Prepare | undefined;

Object.defineProperty(Error, "prepareStackTrace", {
  configurable: true,
  enumerable: true,
  get: () => currentPrepare,
  set: (prepare: Prepare | undefined) => {
    currentPrepare = prepare && !wrapped.has(prepare) ? withoutLeakNotes(prepare) : prepare;
  },
});

function withoutLeakNotes(prepare: Prepare): Prepare {
  const chosen: Prepare = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise"
      ? ["Error", ...frames].join("\n    at ")
      : prepare(error, frames);
  wrapped.add(chosen);
  return chosen;
}
