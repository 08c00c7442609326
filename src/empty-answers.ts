import type { HttpResponse, Pluggable } from "@smithy/types";

/** The answer of success to a question had no body, as a proxy leaves one that it cuts off: nobody was told anything. */
class EmptyAnswer extends Error {
  override name = "EmptyAnswer";
  /** The SDK asks again. */
  readonly $retryable = {};
}

/** Questions that AWS answers with a document, be it an empty list; an object of S3 may have no bytes. */
const questions = /^(?!GetObjectCommand$)(Get|List|Describe|Simulate)/;

/**
 * Makes a client ask again where the answer to a question has no body, and fail where none comes: the SDK reads it as an answer in which
 * everything is left out, a list without entries or a configuration that is not there.
 */
export function refuseEmptyAnswers<Input extends object, Output extends object>(): Pluggable<Input, Output> {
  return {
    applyToStack(stack) {
      stack.add(
        (next, { commandName = "" }) =>
          async (request) => {
            const result = await next(request);
            const response = result.response as HttpResponse;
            if (!questions.test(commandName) || response.statusCode !== 200) return result;
            const body = await bytesOf(response.body as AsyncIterable<Uint8Array>);
            response.body = body;
            if (body.length > 0) return result;
            const question = commandName.replace(/Command$/, "");
            throw new EmptyAnswer(`the answer to ${question} is empty, which is none of AWS's`);
          },
        { step: "deserialize", priority: "low", name: "refuseEmptyAnswers", override: true },
      );
    },
  };
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
