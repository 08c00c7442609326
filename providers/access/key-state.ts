import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { isAbsent, meaningOf, targetName } from "../../src/aws/index.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";

/** A key, and what names it. */
export interface NamedKey {
  arn: string;
  /** The setting that names it. */
  property: string;
  /** Who works with it. */
  target: { account: string; region: string };
}

/** Returns the finding that a key cannot be used. */
export function unusableKeyFinding({ arn, property }: NamedKey, what: string, cure: string): Finding {
  return { code: "key-unusable", severity: "error", property, message: `The key ${arn} ${what}.`, cure };
}

/**
 * Finds that a key does not exist or is not enabled; a warning where KMS does not say.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export async function keyStateFindings(key: NamedKey, { clients }: Pick<Work, "clients">): Promise<Finding[]> {
  const { arn, property, target } = key;
  try {
    const { KeyMetadata } = await clients.kms(arn.split(":")[3]).send(new DescribeKeyCommand({ KeyId: arn }));
    const state = KeyMetadata?.KeyState ?? "Enabled";
    if (state === "Enabled") return [];
    const cure =
      state === "Disabled" ? `Enable it: \`aws kms enable-key --key-id ${arn}\`.` : "Name a key that is in use.";
    return [unusableKeyFinding(key, `is ${state}`, cure)];
  } catch (error) {
    if (isAbsent(error)) return [unusableKeyFinding(key, "does not exist", "Correct it, or create the key.")];
    if (meaningOf(error).kind !== "denied") throw error;
    const message = `Whether the key ${arn} can be used is not known: ${(error as Error).message}`;
    const cure = `Allow the role that works in ${targetName(target)} kms:DescribeKey on it.`;
    return [{ code: "unknown", severity: "warning", property, message, cure }];
  }
}
