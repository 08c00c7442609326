/**
 * What a compressed piece of metadata may become, so that a small file cannot fill the memory. Iceberg's writers keep manifests near 8 MiB;
 * metadata files of tables with tens of thousands of snapshots reach some dozen MiB.
 */
export const largestOutputBytes = 256 * 2 ** 20;
