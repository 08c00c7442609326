import { afterAll } from "vitest";
import { forgetEnvironment } from "../../src/aws/index.ts";

// Files share a process, and its modules. Those keep clients of the emulator that they have met, and what a file has put into the
// environment ends with it.
forgetEnvironment();

const environment = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
