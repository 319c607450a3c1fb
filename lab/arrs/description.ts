/** What an app says of its own API (`openapi/*.json`): which calls there are, and which fields each resource has. */
import {readFileSync} from 'node:fs'

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly schema: Schema
}

export interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {readonly content: Readonly<Record<string, {readonly schema: Schema}>>}
  readonly responses: Readonly<
    Record<string, {readonly content?: Readonly<Record<string, {readonly schema: Schema}>>}>
  >
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {readonly schemas: Readonly<Record<string, Schema>>}
}

export class Description {
  readonly #document: Document
  readonly #paths: ReadonlyMap<string, Readonly<Record<string, Operation>>>

  /** @param file of `openapi/` */
  constructor(file: string) {
    const url = new URL(`openapi/${file}`, import.meta.url)
    this.#document = JSON.parse(readFileSync(url, 'utf8')) as Document
    this.#paths = new Map(Object.entries(this.#document.paths))
  }

  get schemas(): Readonly<Record<string, Schema>> {
    return this.#document.components.schemas
  }

  /** @param path with `{id}` where a number stands */
  operation(method: string, path: string): Operation | null {
    return this.#paths.get(path)?.[method.toLowerCase()] ?? null
  }

  knows(path: string): boolean {
    return this.#paths.has(path)
  }

  propertiesOf(resource: string): Readonly<Record<string, Schema>> {
    return this.schemas[resource]?.properties ?? {}
  }

  /**
   * A row as this app shows it: apps of one family differ in the fields they have. Rows are written for the richest of
   * them.
   */
  shown(resource: string, row: object): Record<string, unknown> {
    const known = this.propertiesOf(resource)
    return Object.fromEntries(Object.entries(row).filter(([name]) => name in known))
  }
}
