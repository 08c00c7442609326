/** A statement of a role's policy. */
export interface RoleStatement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
}

/** What a role may do, as IAM takes it. */
export interface RolePolicy {
  Version: "2012-10-17";
  Statement: RoleStatement[];
}

/** Returns a statement that allows these actions. */
export const allowing = (Sid: string, Action: string[], Resource: string[]): RoleStatement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});
