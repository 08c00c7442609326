import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { credentialsMessage } from "../aws/credentials-cause.ts";
import { SpecError } from "../spec/index.ts";
import {
  awsLookups,
  callerInEnvironment,
  withRecordComparison,
  LookupError,
  readOrganization,
  recordedOrganization,
  survey,
} from "../targets/index.ts";
import type { Lookups, OrganizationDifference, OrganizationRecord, Survey } from "../targets/index.ts";
import { CommandError, Exit } from "./exit.ts";
import type { Io } from "./io.ts";

/** Where what the spec leaves open is looked up: in the environment, or in AWS. */
export type Line = "offline" | "online";

/** Where `sluice organization record` writes what AWS Organizations says, beside the spec. */
export const organizationFile = "sluice.organization.json";

/** What of a command line tells how the spec is read. */
export interface SpecReading {
  stack?: string;
  /** A record of the organization. Default: `sluice.organization.json` beside the spec, if it is there. */
  organization?: string;
}

/**
 * Returns what looks up what the spec leaves open; without a network a record tells of units. With one AWS does, and `tell` gets what the
 * record beside the spec says otherwise.
 */
export function looksFor(
  line: Line,
  file: string,
  io: Io,
  { organization }: SpecReading = {},
  report: (difference: OrganizationDifference) => void = () => undefined,
): Lookups {
  const beside = resolve(io.cwd, dirname(file), organizationFile);
  const record = organization === undefined ? (existsSync(beside) ? beside : undefined) : resolve(io.cwd, organization);
  const look = record === undefined ? undefined : recordedOrganization(recordIn(record));
  if (line === "online" && organization === undefined) {
    const asked = awsLookups(io.env);
    return look === undefined
      ? asked
      : { ...asked, organization: withRecordComparison(asked.organization, look, report) };
  }
  const { caller } = line === "online" ? awsLookups(io.env) : { caller: callerInEnvironment(io.env) };
  return { organization: look, caller };
}

function recordIn(file: string): OrganizationRecord {
  try {
    return readOrganization(readFileSync(file, "utf8"));
  } catch (cause) {
    const message = `The record of the organization ${file} cannot be used: ${(cause as Error).message}`;
    throw new CommandError(Exit.wrong, `${message}\n\`sluice organization record\` writes it anew.`, { cause });
  }
}

/** Reads and expands the spec of a command line, for the stack if one is named; what keeps it from being read ends the command. */
export async function surveyFor(
  file: string,
  io: Io,
  line: Line,
  choice: SpecReading = {},
): Promise<Survey & { differences: OrganizationDifference[] }> {
  const differences: OrganizationDifference[] = [];
  try {
    const text = file === "-" ? { text: await io.read() } : {};
    const reading = { stack: choice.stack?.split("/").at(-1), ...text };
    const lookups = looksFor(line, file, io, choice, (difference) => void differences.push(difference));
    return { ...(await survey(resolve(io.cwd, file), file, lookups, reading)), differences };
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Returns an error of reading or looking up with the exit code that belongs to it; any other passes unchanged. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof SpecError) return new CommandError(Exit.wrong, error.message, { cause: error });
  if (error instanceof LookupError) {
    if (!error.refused) return new CommandError(Exit.failed, error.message, { cause: error });
    return new CommandError(Exit.credentials, credentialsMessage(error.cause) ?? error.message, { cause: error });
  }
  return error;
}
