/** Splits `s3://bucket/key`; Hadoop's `s3a` and `s3n`, in any letters, name the same object. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const match = /^s3[an]?:\/\/([^/]+)\/?(.*)$/is.exec(uri);
  if (!match) throw new Error(`"${uri}" is no S3 address. Write s3://bucket/prefix.`);
  return { bucket: match[1]!, key: match[2]! };
}

/** Returns the same address with the scheme `s3` and without slashes at its end. */
export function normalS3Uri(uri: string): string {
  const { bucket, key } = parseS3Uri(uri);
  return `s3://${bucket}/${key}`.replace(/\/+$/, "");
}

/** Returns the part after the last slash. */
export function baseName(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}
