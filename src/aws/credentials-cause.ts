import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { CredentialProcess, NoCredentialsError } from "../credential-chain.ts";
import { isFileError } from "../unreachable.ts";

/** Why the credentials that a run was started with cannot be used. It is the same for every account that it visits. */
export interface CredentialsCause {
  /** A clause: `the session has expired`. */
  cause: string;
  cure: string;
}

/**
 * Tells from an error of the SDK's credential chain, or of a call that they signed, what is wrong with the ambient credentials; `undefined`
 * when it speaks of something else.
 */
export function credentialsCause(error: unknown, env: NodeJS.ProcessEnv = process.env): CredentialsCause | undefined {
  const { name = "", message = "", process: failed } = error as Partial<NoCredentialsError>;
  const profile = env["AWS_PROFILE"];
  const signIn = `\`aws sso login${profile ? ` --profile ${profile}` : ""}\``;
  const fromKeys = Boolean(env["AWS_ACCESS_KEY_ID"]) && !profile;
  const isProvider = /^(Credentials|Token)ProviderError$/.test(name);
  if (isProvider && failed) return processCause(failed);
  if (/^(ExpiredToken|RequestExpired)/.test(name) || (isProvider && /expired|SSO session/i.test(message))) {
    const renew = fromKeys
      ? "The environment's AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are of a session that is over: set new ones, or unset them so that AWS_PROFILE counts."
      : `Sign in again with ${signIn}, or as you got the session.`;
    return { cause: "the session has expired", cure: `${renew} Then run it again; what was done stays done.` };
  }
  if (isUnknownKey(error)) {
    return {
      cause: "AWS does not know the access key",
      cure:
        "It was deleted or deactivated, or belongs to another partition than the Region. Set an active one, or sign in with " +
        signIn +
        ".",
    };
  }
  if (/^(InvalidSignatureException|SignatureDoesNotMatch)$/.test(name)) {
    return {
      cause: "the signature is wrong",
      cure: "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or this machine's clock is wrong. Correct that one.",
    };
  }
  if (isFileError(error)) return fileCause(env);
  if (!isProvider) return undefined;
  return profile ? profileCause(profile, env) : nothingFound(signIn);
}

/** Tells whether AWS does not know the key that a request was signed with, as it says in a Region, too, that the account does not have. */
export function isUnknownKey(error: unknown): boolean {
  const { name = "" } = error as Partial<Error>;
  return /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken)$/.test(name);
}

/**
 * Says what is wrong with credentials, with AWS's words and the cure on the next line; `undefined` for an error of another kind. It names no
 * account, so that it is told once for all.
 */
export function credentialsMessage(error: unknown): string | undefined {
  const known = credentialsCause(error);
  const { name, message } = error as Error;
  return known && `Credentials: ${known.cause} (${name}: ${message}).\n${known.cure}`;
}

/** The SDK's chain passes on what it hears from the system about the one file whose absence it does not take for "none". */
function fileCause(env: NodeJS.ProcessEnv): CredentialsCause {
  const token = env["AWS_WEB_IDENTITY_TOKEN_FILE"];
  return {
    cause: "a file that they are read from cannot be read",
    cure:
      token === undefined
        ? "Make it readable, or take it out of the AWS profile."
        : `AWS_WEB_IDENTITY_TOKEN_FILE names ${token}: have the pod or the pipeline write it (in GitHub Actions the permission \`id-token: write\`), or unset the variable where other credentials are meant.`,
  };
}

function processCause({ profile, program, end }: CredentialProcess): CredentialsCause {
  return {
    cause: `the profile ${profile} gives none, since ${program}, its credential_process, ${end ?? "printed what are none"}`,
    cure: `Do what it says, or correct credential_process in the AWS configuration files. \`aws sts get-caller-identity --profile ${profile}\` runs the same.`,
  };
}

function profileCause(profile: string, env: NodeJS.ProcessEnv): CredentialsCause {
  const known = profilesIn(env);
  if (known.includes(profile)) {
    return {
      cause: `the profile ${profile} gives none`,
      cure: `Look at what \`aws sts get-caller-identity --profile ${profile}\` says; if it signs in by SSO, run \`aws sso login --profile ${profile}\`.`,
    };
  }
  const there = known.length > 0 ? `There are ${known.slice(0, 12).join(", ")}` : "There is none at all";
  return {
    cause: `there is no profile ${profile}`,
    cure: `AWS_PROFILE names it, and the AWS configuration files do not have it. ${there}. Set AWS_PROFILE to one of them, or make it with \`aws configure sso --profile ${profile}\`.`,
  };
}

const nothingFound = (signIn: string): CredentialsCause => ({
  cause: "none were found",
  cure: `Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with ${signIn}.`,
});

/** The names of the profiles that the SDK reads: sections `[profile x]` and `[x]`. */
function profilesIn(env: NodeJS.ProcessEnv): string[] {
  const folder = path.join(env["HOME"] ?? homedir(), ".aws");
  const files = [
    env["AWS_CONFIG_FILE"] ?? path.join(folder, "config"),
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? path.join(folder, "credentials"),
  ];
  const sections = files.flatMap((file) => [...textOf(file).matchAll(/^\s*\[\s*(?:profile\s+)?([^\]\s]+)\s*\]/gm)]);
  return [...new Set(sections.map(([, name]) => name!))];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
