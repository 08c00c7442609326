import { secretIn } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";

/**
 * Returns the declarations with the secrets that they name: each `${config.name}` is a value of the stack's configuration, which is read
 * only where one is named.
 * @throws {CommandError} when it has no such value
 */
export async function withConfigSecrets(
  declarations: readonly Declaration[],
  { project, stack }: { project: string; stack: string },
  read: () => Promise<Readonly<Record<string, string>>>,
): Promise<Declaration[]> {
  const isNamed = ({ inputs }: Declaration) => secretOf(inputs) !== undefined;
  const config = declarations.some(isNamed) ? await read() : {};
  return declarations.map((declaration) => {
    const name = secretOf(declaration.inputs);
    if (name === undefined) return declaration;
    const externalId = config[`${project}:${name}`];
    if (externalId === undefined) {
      const { file, line } = declaration.source;
      const message = `The role for ${declaration.name} (${file}:${line}) takes its external id from the configuration of the stack ${stack}, which has no ${name}.`;
      throw new CommandError(
        Exit.wrong,
        `${message}\n\`pulumi config set --secret ${name} --stack ${stack}\` sets it.`,
      );
    }
    return { ...declaration, inputs: { ...declaration.inputs, externalId } };
  });
}

const secretOf = ({ externalId }: Record<string, unknown>): string | undefined =>
  typeof externalId === "string" ? secretIn(externalId) : undefined;
