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

/** Whether it can be sent as a key: it goes into a header, and those hold nothing else. */
export function isHeaderKey(key: Secret): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(key.reveal())
}

/** What `isHeaderKey` takes, for who gave another one. */
export const headerKeyWords = 'letters, digits and signs of ASCII'
