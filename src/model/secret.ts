import {inspect} from 'node:util'

/**
 * A password or key. It prints as `***` wherever it lands by accident (logs, errors, JSON, templates) and is only
 * read where it is sent, by `reveal()`.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
