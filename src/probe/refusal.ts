/** Returns how a service refused a request; `undefined` where it was accepted. Anything but a refusal is thrown. */
export async function refusalOf(request: Promise<unknown>): Promise<Error | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    if (!isAnswer(error) || status >= 500 || isThrottled(error)) throw error;
    return error as Error;
  }
}

/** Tells whether AWS said that requests come too fast. */
export function isThrottled(error: unknown): boolean {
  return /Throttl|TooManyRequests|RequestLimit|SlowDown/.test((error as Error).name);
}

/** Tells whether an error is an answer of AWS's. */
export function isAnswer(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode !== undefined;
}
