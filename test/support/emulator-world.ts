import { startEmulator } from "../../src/emulator/index.ts";
import type { Call, ClientSettings } from "./world.ts";

/** An emulator in this process, with its control, for tests that call AWS or a provider directly. */
export interface EmulatorWorld {
  endpoint: string;
  /** Credentials of an account for the SDK's own clients: looks from outside. */
  clientOf(account: string, region?: string): ClientSettings;
  /** The same for a program that reads its environment. */
  environmentOf(account: string, region?: string): Record<string, string>;
  calls(): Promise<Call[]>;
  forgetCalls(): Promise<void>;
  fault(...rules: object[]): Promise<void>;
  quirk(choices: Record<string, string>): Promise<void>;
  advance(days: number, assets?: number): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function emulatorWorld(seed: object, quirks?: Record<string, string>): Promise<EmulatorWorld> {
  const { endpoint, stop } = await startEmulator({
    seed: seed as Record<string, unknown>,
    quirks: { ...quirkOfThisRun(), ...quirks },
  });
  const control = async (route: string, method: string, body?: unknown) => {
    const answer = await fetch(`${endpoint}/_emulator/${route}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    endpoint,
    clientOf: (account, region = "us-east-1") => ({
      endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: "secret" },
    }),
    environmentOf: (account, region = "us-east-1") => ({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: region,
    }),
    calls: async () => (await control("calls", "GET")).json() as Promise<Call[]>,
    forgetCalls: async () => void (await control("calls", "DELETE")),
    fault: async (...rules) => void (await control("faults", "POST", rules)),
    quirk: async (choices) => void (await control("quirks", "POST", choices)),
    advance: async (days, assets) => void (await control("advance", "POST", { days, assets })),
    reset: async () => void (await control("reset", "POST")),
    close: stop,
  };
}

/** A run of the tests may choose one undocumented behaviour for every emulator that it starts: `SLUICE_TEST_QUIRK=name=value`. */
function quirkOfThisRun(): Record<string, string> {
  const [name, value] = process.env["SLUICE_TEST_QUIRK"]?.split("=") ?? [];
  return name && value ? { [name]: value } : {};
}
