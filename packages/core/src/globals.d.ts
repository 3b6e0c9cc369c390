/**
 * The few globals that core uses; every JS runtime has them, so core needs no DOM and no Node
 * types.
 */

declare const crypto: {
  getRandomValues<T extends Uint8Array | Uint16Array>(array: T): T
  readonly subtle: { digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> }
}
declare class URL {
  static canParse(url: string): boolean
  constructor(url: string, base?: string)
  readonly hash: string
  readonly hostname: string
  readonly href: string
  readonly origin: string
  readonly protocol: string
}
declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes: Uint8Array | Uint16Array): string
}
