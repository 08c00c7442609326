import type { UntypedServiceImplementation } from "@grpc/grpc-js";

/** Calls a method of one of the engine's services, which are in this process; returns its answer. */
export function unary<Response>(
  service: UntypedServiceImplementation,
  method: string,
  request: object,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const handle = service[method] as unknown as Handle<Response>;
    handle({ request }, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

type Handle<Response> = (call: { request: object }, answer: (error: object | null, response: Response) => void) => void;
