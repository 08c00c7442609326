import type { Input, Output } from "@pulumi/pulumi";

/** Which account and Region a resource lives in, and who acts there. All three resources take these. */
export interface ConnectionInputs {
  /** The AWS account, 12 digits, as a string so that a leading zero survives. Changing it replaces the resource. */
  account: string;
  /** The Region, such as `us-east-1`. Changing it replaces the resource. */
  region: string;
  /**
   * ARN of the role to assume in the account. It must belong to `account`.
   * @default the ambient credentials, which must then be those of `account`; any other account is an error
   */
  role?: string;
  /** The external id that the role's trust policy asks for. It is a secret in the state and in previews. @default none is sent */
  externalId?: string;
}

/** The outputs that every resource has. */
export interface ConnectionOutputs {
  readonly account: Output<string>;
  readonly region: Output<string>;
  readonly role: Output<string | null>;
  readonly externalId: Output<string | null>;
}

/**
 * `T` as arguments of a Pulumi resource: every property, at any depth, may be an output of another resource. Null stands for an absent
 * argument, as it does in outputs.
 */
export type ArgsOf<T> = {
  [Key in keyof T]: {} extends Pick<T, Key> ? Input<Value<T[Key]> | null> : Input<Value<T[Key]>>;
};

type Value<T> = T extends readonly (infer Item)[]
  ? Input<Value<Item>>[]
  : T extends object
    ? { [Key in keyof T]: Input<Value<T[Key]>> }
    : T;
