import { afterAll, vi } from "vitest";

// Files share a process, in which packages stay loaded. Of the checkout's own modules each file has its own, since they keep clients of
// the emulator that they have met, and what a file has put into the environment ends with it.
vi.resetModules();

const environment = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
