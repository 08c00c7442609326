/** Which account and Region to call, and in which role. */
export interface Connection {
  /** 12 digits. */
  account: string;
  region: string;
  /** ARN of the role to assume, in that account. Without it the ambient credentials must be that account's. */
  role?: string;
  /** Sent with AssumeRole when the role's trust policy asks for it. */
  externalId?: string;
}

/** Returns the target of a connection as messages write it: `111122223333/us-east-1`. */
export function targetName(connection: Pick<Connection, "account" | "region">): string {
  return `${connection.account}/${connection.region}`;
}

/** Returns the account in an ARN; `undefined` when it has none. */
export function accountOf(arn: string): string | undefined {
  return /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
