import { z } from "zod";

/** A string in which `${account.id}`, `${account.name}` and `${region}` stand for the target's. */
export const template = (about: string) =>
  z.string().min(1).describe(`${about} \${account.id}, \${account.name} and \${region} stand for the target's.`);
