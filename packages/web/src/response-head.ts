/** The head of a web Response while no Response is there yet, as `@cusp/node` knows heads. */

/** A request, as far as the head needs it. */
export class RequestHead {
  readonly request: Request

  constructor(request: Request) {
    this.request = request
  }

  get method(): string {
    return this.request.method
  }

  /** Path and query, as node:http has them. */
  get url(): string {
    return this.request.url.replace(/^[a-z][\w+.-]*:\/\/[^/?#]*/i, '')
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const { headers } = this.request
    return {
      authorization: headers.get('authorization') ?? undefined,
      'sec-fetch-dest': headers.get('sec-fetch-dest') ?? undefined,
    }
  }
}

/** Names and values. */
export type OwnFields = readonly (readonly [name: string, value: string])[]

/** Keeps our headers until the framework's Response is there. They are few: a list is enough. */
export class ResponseHead {
  readonly req: RequestHead
  headersSent = false
  private readonly names: string[] = []
  private readonly values: string[] = []

  constructor(request: Request) {
    this.req = new RequestHead(request)
  }

  setHeader(name: string, value: string): this {
    const index = this.find(name)
    if (index === -1) {
      this.names.push(name)
      this.values.push(value)
    } else this.values[index] = value
    return this
  }

  getHeader(name: string): string | undefined {
    return this.values[this.find(name)]
  }

  /** The names are in lower case. */
  getHeaders(): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries(
      this.names.map((name, index) => [name.toLowerCase(), this.values[index]]),
    )
  }

  removeHeader(name: string): void {
    const index = this.find(name)
    if (index === -1) return
    this.names.splice(index, 1)
    this.values.splice(index, 1)
  }

  /** Returns the headers as they are now. */
  list(): OwnFields {
    return this.names.map((name, index) => [name, this.values[index] as string])
  }

  private find(name: string): number {
    const index = this.names.indexOf(name)
    if (index !== -1) return index
    const wanted = name.toLowerCase()
    return this.names.findIndex((known) => known.toLowerCase() === wanted)
  }
}
