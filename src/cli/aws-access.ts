import { Option } from "commander";
import type { Command } from "commander";
import { accountOf, connect, CredentialsError } from "../aws/index.ts";
import type { Clients } from "../aws/index.ts";
import { awsLookups, regionOfProfile } from "../targets/index.ts";
import { CommandError, Exit } from "./exit.ts";
import type { Io } from "./io.ts";
import { asCommandError } from "./spec-survey.ts";

/** In which account and Region a command works by hand, and in which role. */
export interface AccessOptions {
  account?: string;
  region?: string;
  role?: string;
  externalId?: string;
}

/** An account and Region, and the clients to work there. */
export interface AccountAccess {
  account: string;
  region: string;
  clients: Clients;
}

/** Declares the options of `AccessOptions`. */
export function declareAccess(command: Command): Command {
  return command
    .addOption(new Option("--account <id>", "12 digits; by default the role's, else the caller's own"))
    .addOption(new Option("--region <region>", "by default AWS_REGION"))
    .addOption(new Option("--role <arn>", "the role to assume in that account; by default the ambient credentials"))
    .addOption(new Option("--external-id <id>", "sent with AssumeRole"));
}

/**
 * Returns the account and Region that were asked for, and the clients for them.
 * @throws {CommandError} where no Region is known, or the credentials are refused
 */
export async function accessFor(options: AccessOptions, io: Io): Promise<AccountAccess> {
  const { role, externalId } = options;
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw new CommandError(Exit.wrong, `"${options.account}" is no account. Give its 12 digits.`);
  }
  try {
    const caller = awsLookups(io.env).caller;
    const account = options.account ?? (role && accountOf(role)) ?? (await caller()).account;
    const region = options.region ?? io.env["AWS_REGION"] ?? io.env["AWS_DEFAULT_REGION"] ?? (await regionOfProfile());
    if (!region)
      throw new CommandError(
        Exit.wrong,
        "Which Region? Give --region, set AWS_REGION, or a region in the AWS profile.",
      );
    return { account, region, clients: await connect({ account, region, role, externalId }) };
  } catch (error) {
    if (error instanceof CredentialsError) throw new CommandError(Exit.credentials, error.message, { cause: error });
    throw asCommandError(error);
  }
}

/** Whose the bucket of a backup is. */
export interface OwnerOptions {
  backupOwner?: string;
}

/** Returns the option that names the owner of a backup's bucket: S3 refuses every request where another account owns it. */
export function ownerOption(): Option {
  return new Option("--backup-owner <id>", "the account that owns the backup's bucket; by default --account").argParser(
    (value: string) => {
      if (/^\d{12}$/.test(value)) return value;
      throw new CommandError(Exit.wrong, `"${value}" is no account. Give its 12 digits.`);
    },
  );
}
