import { loadOnFirstUse } from "./on-first-use.ts";

export { SourceChanged } from "./source-changed.ts";
export { describeSkippedPlace } from "./skipped-place.ts";
export type { SkippedPlace } from "./skipped-place.ts";
export type { FreePlaceRequest } from "./back-up-in-free-place.ts";
export type { BackupRequest } from "./backup.ts";
export { OtherEncryption } from "./encryption.ts";
export type { History } from "./iceberg/metadata.ts";
export { copyLocation } from "./location.ts";
export type { TableVersion } from "./location.ts";
export { destinationFacts } from "./destination-facts.ts";
export type { DestinationFacts } from "./destination-facts.ts";
export { bucketRegion, inspectBucket } from "./inspect-bucket.ts";
export type { BucketFacts, Opening } from "./inspect-bucket.ts";
export type { Expiry } from "./bucket-rules.ts";
export { BucketAbsent, ObjectAbsent, ObjectChanged, ObjectExists, OtherBytes } from "./object-store.ts";
export type {
  ListedObject,
  ObjectHead,
  ObjectStore,
  PutOptions,
  ByteRange,
  StoredBytes,
  Upload,
} from "./object-store.ts";
export type { TablePlan } from "./plan.ts";
export type { Check, CheckRequest } from "./check-backup.ts";
export type { CopyProofRequest } from "./prove-copy.ts";
export type { Proof } from "./proof/proof.ts";
export { describeProgress } from "./progress.ts";
export type { Phase, CopyProgress } from "./progress.ts";
export { BackupDamaged } from "./publish.ts";
export { readReceipt, receiptUri, rowsInWords } from "./receipt.ts";
export type { Receipt } from "./receipt.ts";
export { findBackups } from "./find-backups.ts";
export type { FoundBackup } from "./find-backups.ts";
export { chosenDays } from "./chosen-days.ts";
export type { TableDays } from "./days.ts";
export type { HistorySource } from "./history-plan.ts";
export type { HistoryTable } from "./history-table.ts";
export { relocated } from "./relocated.ts";
export type { Restored, RestoreRequest, RestoreTable, RestoredTable } from "./restore.ts";
export { s3ObjectStore } from "./s3-object-store.ts";
export type { StoreOptions } from "./s3-request.ts";
export { foreseePlace } from "./foreseen-place.ts";
export type { ForeseenPlace, PlaceRequest } from "./foreseen-place.ts";
export type { BackupSurvey } from "./survey.ts";
export type { TableContents } from "./table-contents.ts";
export { bucketTable } from "./table-bucket.ts";
export type { TableName } from "./table-bucket.ts";
export { updateObject } from "./update-object.ts";
export type { Depth } from "./proof/proof.ts";
export type { Verification, VerifyRequest } from "./verify.ts";

/** Have their doc comments where they are written. */
export const {
  backUp,
  backUpInFreePlace,
  checkBackup,
  contentsOf,
  countRows,
  daysOf,
  planTable,
  proveCopy,
  restore,
  restoreHistory,
  surveyBackup,
  verify,
  wholeContentsOf,
} = loadOnFirstUse;
