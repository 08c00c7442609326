import { z } from "zod";
import { textFormats } from "./formats.ts";
import type { TextFormat } from "./formats.ts";

/** The formats with what else a text may be: one with a variable is judged once it is filled in. */
const patternOrVariable = (variable: string) =>
  new Map(
    Object.entries(textFormats as Record<string, TextFormat>).map(([name, format]) => [
      name,
      { ...format, pattern: new RegExp(`${format.pattern.source}|${variable}`, format.pattern.flags) },
    ]),
  );

/** The pattern of a variable that only the stack knows. */
export const stackVariable = String.raw`\$\{(?:vars\.[\w-]+|stack)\}`;

const stackFormats = patternOrVariable(stackVariable);

/** Each target has its own. */
const targetFormats = patternOrVariable(String.raw`\$\{`);

/** Returns the schema of a string in one of the formats, or with a variable of the stack in it. */
export function formatSchema(name: keyof typeof textFormats) {
  const { pattern, example } = stackFormats.get(name)!;
  return z.string().regex(pattern).meta({ patternErrorMessage: example });
}

/** Returns the schema of a string in one of the formats, or with any variable in it. */
export function templateSchema(name: keyof typeof textFormats) {
  const { pattern, example } = targetFormats.get(name)!;
  return z.string().regex(pattern).meta({ patternErrorMessage: example });
}

/** Returns the format that a failed pattern, as zod reports it, belongs to. */
export function formatOf(pattern: string | undefined): TextFormat | undefined {
  const known = [...stackFormats.values(), ...targetFormats.values(), ...(Object.values(textFormats) as TextFormat[])];
  return known.find((format) => String(format.pattern) === pattern);
}
