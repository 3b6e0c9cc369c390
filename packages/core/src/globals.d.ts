/**
 * The few globals that core uses; every JS runtime has them, so core needs no DOM and no Node
 * types.
 */

declare const crypto: {
  getRandomValues<T extends Uint8Array | Uint16Array>(array: T): T
  readonly subtle: { digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> }
}
declare class URL {
  constructor(url: string, base?: string)
  readonly hostname: string
  readonly origin: string
}
declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare class TextDecoder {
  constructor(label?: string)
  decode(bytes: Uint8Array | Uint16Array): string
}
