/**
 * Loaded into programs and provider hosts before the SDK. The SDK loads an analyser of packages and a compiler for the one case that a
 * program hands it a function to serialise, and what runs programs from within a program; and what sends traces, which it begins only
 * where it is told a place for them. They take more than half of a process's start, so each is loaded when something of it is first used.
 */
import nodeModule from "node:module";

type Load = (request: string, parent: { filename?: string } | undefined, isMain: boolean) => object;
type Construct = new (...values: unknown[]) => object;
type Call = (...values: unknown[]) => unknown;

const codePaths = /@pulumi[/\\]pulumi[/\\]runtime[/\\]closure[/\\]codePaths\.js$/;
const tracing = /@pulumi[/\\]pulumi[/\\]cmd[/\\]run[/\\]tracing\.js$/;

/** The modules, by the part of the SDK that loads them. */
const lateModules = new Map([
  ["@npmcli/arborist", codePaths],
  ["normalize-package-data", codePaths],
  ["typescript", /@pulumi[/\\]pulumi[/\\]typescript-shim\.js$/],
  ["./automation", /@pulumi[/\\]pulumi[/\\]index\.js$/],
  ["@opentelemetry/exporter-zipkin", tracing],
  ["@opentelemetry/instrumentation", tracing],
  ["@opentelemetry/instrumentation-grpc", tracing],
  ["@opentelemetry/resources", tracing],
  ["@opentelemetry/sdk-trace-base", tracing],
  ["@opentelemetry/sdk-trace-node", tracing],
]);

const loader = nodeModule as unknown as { _load: Load };
const loadNow = loader["_load"];

loader["_load"] = (...call) => {
  const [request, parent] = call;
  const from = lateModules.get(request);
  if (!from?.test(parent?.filename ?? "")) return loadNow(...call);
  const member = (key: string | symbol) => {
    const loaded = loadNow(...call);
    // What the SDK's compiled code takes for the default of a module that is not one of its kind.
    return (key === "default" && !("__esModule" in loaded) ? loaded : Reflect.get(loaded, key)) as unknown;
  };
  return new Proxy(
    // The SDK's compiled code takes a module of this kind as it is, and copies every member of any other.
    { __esModule: true },
    {
      get: (target, key) => {
        if (key in target) return Reflect.get(target, key) as unknown;
        // Its part for traces takes the functions and classes of these apart at once.
        return from === tracing ? lateFunction(() => member(key)) : member(key);
      },
    },
  );
};

/** Returns a function or class that is loaded when it is first called. */
function lateFunction(load: () => unknown): unknown {
  return new Proxy(function late() {}, {
    apply: (_, self, values: unknown[]) => Reflect.apply(load() as Call, self, values),
    construct: (_, values: unknown[]) => Reflect.construct(load() as Construct, values),
  });
}
