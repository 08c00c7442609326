import { resolve } from "node:path";
import { secretIn } from "../../spec/index.ts";
import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { chooseEngine } from "../engines/engine-choice.ts";
import type { EngineName } from "../engines/engine-choice.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { inProject, projectOf } from "./project.ts";
import { stateUrl } from "./state-url.ts";

/** Returns an external id, that of `whose`: where it names a secret of the stack, `${config.name}`, its value. */
export type FillSecret = <Id extends string | undefined>(externalId: Id, whose: string) => Promise<Id>;

/**
 * Returns what fills in the secrets that external ids name. The stack's configuration is read once, and only where one is named.
 * @throws {CommandError} when it has no such value
 */
export function secretFiller(
  { project, stack }: { project: string; stack: string },
  read: () => Promise<Readonly<Record<string, string>>>,
): FillSecret {
  let config: ReturnType<typeof read> | undefined;
  return async (externalId, whose) => {
    const name = externalId === undefined ? undefined : secretIn(externalId);
    if (name === undefined) return externalId;
    config ??= read();
    const value = (await config)[`${project}:${name}`];
    if (value !== undefined) return value as typeof externalId;
    const message = `The role for ${whose} takes its external id from the configuration of the stack ${stack}, which has no ${name}.`;
    throw new CommandError(Exit.wrong, `${message}\n\`pulumi config set --secret ${name} --stack ${stack}\` sets it.`);
  };
}

/** Returns the declarations with the secrets that they name. */
export async function withConfigSecrets(
  declarations: readonly Declaration[],
  fill: FillSecret,
): Promise<Declaration[]> {
  const filled = [];
  for (const declaration of declarations) {
    const { inputs, name, source } = declaration;
    const named = inputs["externalId"] as string | undefined;
    const externalId = await fill(named, `${name} (${source.file}:${source.line})`);
    filled.push(externalId === named ? declaration : { ...declaration, inputs: { ...inputs, externalId } });
  }
  return filled;
}

/** Returns the roles of a spec with the secrets that their external ids name. */
export async function rolesWithSecrets<Roles extends Pick<Spec, "externalId" | "accounts">>(
  roles: Roles,
  fill: FillSecret,
): Promise<Roles> {
  const accounts = [];
  for (const account of roles.accounts)
    accounts.push({ ...account, externalId: await fill(account.externalId, `the account ${account.name}`) });
  return { ...roles, externalId: await fill(roles.externalId, "accounts without one of their own"), accounts };
}

/** Returns what fills in secrets for a command that deploys nothing. */
export function readingFiller(
  { spec, stack, engine, state }: { spec: string; stack: string; engine?: EngineName; state?: string },
  io: Io,
): FillSecret {
  const project = projectOf(resolve(io.cwd, spec), io.cwd);
  return secretFiller({ project: project.name, stack }, async () => {
    const executable = chooseEngine(engine, io.env)?.executable;
    const { config } = executable
      ? (await import("../engines/pulumi-cli.ts")).pulumiCli(executable)
      : (await import("../engines/embedded.ts")).embedded;
    const where = { stack, state: stateUrl(state, project, io), env: io.env };
    return inProject(project, (folder) => config({ ...where, folder }));
  });
}
