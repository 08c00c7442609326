/**
 * What a run does: says what `up` would do, brings about what the program declares, reads everything back, or deletes it.
 */
export type Verb = "preview" | "up" | "refresh" | "destroy";
