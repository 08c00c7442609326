/** The table moved on while this version was being copied: read its metadata location and version token again. */
export class SourceChanged extends Error {
  override name = "SourceChanged";
}
