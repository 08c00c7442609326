import { expect, it, vi } from "vitest";
import { CallLog } from "../../../src/emulator/control/calls.ts";

it("a full call log forgets its oldest calls, and says so once", () => {
  const told = vi.spyOn(console, "error").mockReturnValue();
  const log = new CallLog(100);
  for (let call = 1; call <= 125; call++) {
    log.begin({ service: "ssm", operation: "", account: "111122223333", region: "us-east-1" });
  }
  expect(log.forgotten).toBe(30);
  expect(log.list().map(({ seq }) => seq)).toEqual(Array.from({ length: 95 }, (_, index) => index + 31));
  expect(told).toHaveBeenCalledTimes(1);
  log.clear();
  expect([log.forgotten, log.list()]).toEqual([0, []]);
  told.mockRestore();
});
