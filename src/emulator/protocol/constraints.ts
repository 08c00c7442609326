/** The limits of a service's inputs by `Shape.member`: what the SDK's schemas leave out of the service's model. */
export type Constraints = Record<string, Constraint>;

/** The limits of one member. */
export interface Constraint {
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  /** Limits of a list's elements. */
  each?: Constraint;
  /** Limits of a map's keys and values. */
  key?: Constraint;
  value?: Constraint;
}
