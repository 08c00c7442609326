import { InvalidArgumentError, Option } from "commander";

/** Returns the option that says where sluice.yaml is. */
export const specOption = () => new Option("--spec <file>", "the spec").default("sluice.yaml").env("SLUICE_SPEC");

/** Returns the option `-o` for these formats; the first one is the default. */
export const outputOption = (...formats: [string, ...string[]]) =>
  new Option("-o, --output <format>", "what to print on stdout").choices(formats).default(formats[0]);

/** Returns the option that names the stack. */
export const stackOption = () => new Option("--stack <name>", "the stack").default("dev");

/** Returns the option that names the stack whose variables count, for commands that only read the spec. */
export const stackChoiceOption = () => new Option("--stack <name>", "the stack whose variables count");

/** Returns the option that names a record of the organization. */
export const organizationOption = () =>
  new Option(
    "--organization <file>",
    "what `sluice organization record` wrote; by default sluice.organization.json beside the spec",
  );

/** Parses an option's value that must be a whole number of at least `least`. */
export const parseWholeNumber =
  (least: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`Give a whole number, ${least} or more.`);
    }
    return number;
  };

/** Adds an option's value to those that were given before. */
export const collect = (value: string, values: string[]): string[] => [...values, value];
