import { loadOnFirstUse } from "./on-first-use.ts";

export { SourceChanged } from "./model/source-changed.ts";
export { describeSkippedLocation } from "./model/skipped-location.ts";
export type { SkippedLocation } from "./model/skipped-location.ts";
export type { FreeLocationRequest } from "./back-up-in-free-location.ts";
export type { BackupRequest } from "./backup.ts";
export { OtherEncryption } from "./store/encryption.ts";
export type { History } from "./iceberg/metadata.ts";
export { copyLocation, layoutOf } from "./model/location.ts";
export type { TableVersion } from "./model/location.ts";
export { destinationFacts } from "./store/destination-facts.ts";
export type { DestinationFacts } from "./store/destination-facts.ts";
export { bucketRegion, inspectBucket } from "./store/inspect-bucket.ts";
export type { BucketFacts, Opening } from "./store/inspect-bucket.ts";
export type { Expiry } from "./store/bucket-rules.ts";
export { BucketAbsent, ObjectAbsent, ObjectChanged, ObjectExists, OtherBytes } from "./store/object-store.ts";
export type {
  ListedObject,
  ObjectHead,
  ObjectStore,
  PutOptions,
  ByteRange,
  StoredBytes,
  Upload,
} from "./store/object-store.ts";
export type { TablePlan } from "./copy/plan.ts";
export type { Check, CheckRequest } from "./verify/check-backup.ts";
export type { CopyProofRequest } from "./verify/prove-copy.ts";
export type { Proof } from "./proof/proof.ts";
export { describeProgress } from "./model/progress.ts";
export type { Phase, CopyProgress } from "./model/progress.ts";
export { BackupDamaged } from "./copy/publish.ts";
export { readReceipt, receiptUri, rowsInWords } from "./model/receipt.ts";
export type { Receipt } from "./model/receipt.ts";
export { findBackups } from "./find-backups.ts";
export type { FoundBackup } from "./find-backups.ts";
export { deleteCopy } from "./retention/delete-copy.ts";
export type { DeletedCopy, LeftCopy } from "./retention/delete-copy.ts";
export { periods, retentionOf } from "./retention/retention.ts";
export type { DatedCopy, RetainedSeries, Retention } from "./retention/retention.ts";
export { hasObjectLock } from "./store/delete-objects.ts";
export { chosenDays } from "./history/chosen-days.ts";
export type { TableDays } from "./history/days.ts";
export type { HistorySource } from "./history/history-plan.ts";
export type { HistoryTable } from "./history/history-table.ts";
export { relocated } from "./store/relocated.ts";
export type { Restored, RestoreRequest, RestoreTable, RestoredTable } from "./restore/restore.ts";
export { s3ObjectStore } from "./store/s3-object-store.ts";
export type { StoreOptions } from "./store/s3-request.ts";
export { forecastLocation } from "./location-forecast.ts";
export type { LocationForecast, LocationRequest } from "./location-forecast.ts";
export type { BackupSurvey } from "./survey.ts";
export type { TableContents } from "./table-contents.ts";
export { bucketTable } from "./restore/table-bucket.ts";
export type { TableName } from "./restore/table-bucket.ts";
export { updateObject } from "./store/update-object.ts";
export type { Depth } from "./proof/proof.ts";
export type { Verification, VerifyRequest } from "./verify/verify.ts";

/** Have their doc comments where they are written. */
export const {
  backUp,
  backUpInFreeLocation,
  checkBackup,
  contentsOf,
  countRows,
  datedPlanOf,
  daysOf,
  planTable,
  proveCopy,
  restore,
  restoreHistory,
  surveyBackup,
  verify,
  wholeContentsOf,
} = loadOnFirstUse;
