import type { StorageClassConfiguration } from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";

/** Refuses settings that nothing here would keep: they must not seem to be made. */
export function refuseUnsupportedSettings(input: {
  tags?: Record<string, string> | undefined;
  storageClassConfiguration?: StorageClassConfiguration | undefined;
}): void {
  const storageClass = input.storageClassConfiguration?.storageClass ?? "STANDARD";
  if (storageClass === "STANDARD" && Object.keys(input.tags ?? {}).length === 0) return;
  throw new ServiceError("BadRequestException", "The emulator keeps neither tags nor storage classes of tables.");
}
