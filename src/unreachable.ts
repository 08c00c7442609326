/**
 * Tells whether a connection could not be made, broke, was silent for too long, or brought an answer that is empty. Such errors carry a code of
 * the operating system, or of its look-up of names, or come from the watch over a call. Those of files have such codes, too.
 */
export function isConnectionError(error: unknown): boolean {
  if (/^(TimeoutError|EmptyAnswer)$/.test((error as Error).name)) return true;
  return /^E(AI_)?[A-Z]+$/.test(codeOf(error)) && !isFileError(error);
}

/** Tells whether an error, or what it was made of, is that of somebody who could not be reached. */
export function isOfUnreached(error: unknown): boolean {
  const errors = [error, (error as Error).cause ?? error];
  return errors.some((one) => isConnectionError(one) || isCertificateError(one) || foreignStatus(one) !== undefined);
}

/** Tells whether a file could not be read. */
export function isFileError(error: unknown): boolean {
  return /^(ENOENT|ENOTDIR|EISDIR)$/.test(codeOf(error)) || (error as { syscall?: unknown }).syscall === "open";
}

/** Tells whether the certificate of the other side is not trusted here; nothing was sent to it then. */
export function isCertificateError(error: unknown): boolean {
  return /CERT|^UNABLE_TO_(GET|VERIFY)|^ERR_TLS_/.test(codeOf(error));
}

/**
 * Returns the HTTP status of a refusal that is not AWS's, as a proxy or a firewall writes one: it has neither a code nor an id of the request.
 * `undefined` for every other error.
 */
export function foreignStatus(error: unknown): number | undefined {
  const { name, $metadata: { httpStatusCode: status = 0, requestId } = {} } = error as Refusal;
  const isForeign = status >= 300 && status < 500 && !requestId && /^(Unknown|UnknownError|SyntaxError)$/.test(name);
  return isForeign ? status : undefined;
}

/** What the SDK makes of an answer that is none of success. */
interface Refusal extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** The code of an error that says what setting of the network cannot be used, as `src/network.ts` gives it. */
const settingCode = "ESETTING";

/** Returns what to do where nobody could be asked, a clause that goes on. */
export function reachingCure(error: unknown): string {
  if (isCertificateError(error)) {
    return "The certificate that answered is not trusted here: if a proxy of yours looks into the traffic, name its certificate in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS;";
  }
  if (codeOf(error) === settingCode) return "Correct that setting;";
  return "Check the network, and HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL where they are set;";
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}
