/**
 * Loaded into programs and provider hosts before the SDK, which loads an analyser of packages and a compiler for the one case that a
 * program hands it a function to serialise. They take half of a process's start, so each is loaded when something of it is first used.
 */
import nodeModule from "node:module";

type Load = (request: string, parent: { filename?: string } | undefined, isMain: boolean) => object;

/** The modules, by the part of the SDK that loads them. */
const lateModules = new Map([
  ["@npmcli/arborist", /@pulumi[/\\]pulumi[/\\]runtime[/\\]closure[/\\]codePaths\.js$/],
  ["typescript", /@pulumi[/\\]pulumi[/\\]typescript-shim\.js$/],
]);

const loader = nodeModule as unknown as { _load: Load };
const loadNow = loader["_load"];

loader["_load"] = (...call) => {
  const [request, parent] = call;
  if (!lateModules.get(request)?.test(parent?.filename ?? "")) return loadNow(...call);
  return new Proxy(
    // The SDK's compiled code takes a module of this kind as it is, and copies every member of any other.
    { __esModule: true },
    { get: (own, key) => Reflect.get(key in own ? own : loadNow(...call), key) as unknown },
  );
};
