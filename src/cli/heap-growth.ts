import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Twice what V8 fills before it collects. */
const enoughBytes = 32 * 1024 * 1024;

/**
 * Keeps V8 from taking much more memory than a command's objects need. By itself it takes up to 128 MiB for new ones as soon as a command makes
 * many, and lets old ones come to several times what is in use before it collects them. Only flags at the start of Node are limits; while a
 * process runs, the growth of the one can be ended and that of the other be slowed.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString("--heap-growing-percent=50");
  const observer = new PerformanceObserver(() => {
    const newSpace = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if (newSpace === undefined || newSpace.space_size < enoughBytes) return;
    setFlagsFromString("--semi-space-growth-factor=1");
    observer.disconnect();
  });
  observer.observe({ entryTypes: ["gc"] });
}
