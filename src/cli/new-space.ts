import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Twice what V8 fills before it collects. */
const enoughBytes = 32 * 1024 * 1024;

/**
 * Keeps V8 from taking more than some 32 MiB for new objects. By itself it takes up to 128 MiB as soon as a command makes many, which saves no
 * time in ours. Only a flag at the start of Node is a limit; while a process runs, the growth can be ended.
 */
export function limitNewSpace(): void {
  const observer = new PerformanceObserver(() => {
    const newSpace = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if (newSpace === undefined || newSpace.space_size < enoughBytes) return;
    setFlagsFromString("--semi-space-growth-factor=1");
    observer.disconnect();
  });
  observer.observe({ entryTypes: ["gc"] });
}
