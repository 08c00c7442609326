/**
 * Tells whether a connection could not be made or broke; such errors carry a code of the operating system, or of its look-up of names. Those of
 * files have such codes, too.
 */
export function isConnectionError(error: unknown): boolean {
  return /^E(AI_)?[A-Z]+$/.test(codeOf(error)) && !isFileError(error);
}

/** Tells whether a file could not be read. */
export function isFileError(error: unknown): boolean {
  return /^(ENOENT|ENOTDIR|EISDIR)$/.test(codeOf(error)) || (error as { syscall?: unknown }).syscall === "open";
}

/** Tells whether the certificate of the other side is not trusted here; nothing was sent to it then. */
export function isCertificateError(error: unknown): boolean {
  return /CERT|^UNABLE_TO_(GET|VERIFY)|^ERR_TLS_/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}
