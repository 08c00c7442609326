import { expect, test } from "vitest";
import { stackNameIn } from "../../../../src/engine/model/stack-name.ts";

test.each(["dev", "organization/dev", "organization/lab/dev"])("%s is the stack dev of the project lab", (given) => {
  expect(stackNameIn(given, "lab")).toBe("dev");
});

test.each([
  ["acme/lab/dev", /is of the organization "acme"/, /^Write organization\/lab\/dev, or dev alone\.$/],
  ["acme/dev", /is of the organization "acme"/, /organization\/lab\/dev/],
  ["organization/other/dev", /is of the project "other", and this one is "lab"/, /folder of that project/],
  ["a/b/c/d", /is not a stack's name/, /organization\/lab\//],
  ["organization/lab/", /is not a stack's name/, /letters/],
  ["../dev", /organization "\.\."/, /dev alone/],
  ["a b", /is not a stack's name/, /letters/],
  ["..", /is not a stack's name/, /letters/],
  ["organization/lab/.", /is not a stack's name/, /letters/],
])("%s is refused", (given, message, advice) => {
  expect(() => stackNameIn(given, "lab")).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: expect.stringMatching(message),
      advice: expect.stringMatching(advice),
    }),
  );
});
