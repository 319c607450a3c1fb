/** What a page was told last of things that are told whole, by their names. */
export class LastSent {
  readonly #texts = new Map<string, string>()

  /** The value when it is another one than was told last, which it is then; else `undefined`. */
  fresh<T>(name: string, value: T): T | undefined {
    const text = JSON.stringify(value)
    if (this.#texts.get(name) === text) return undefined
    this.#texts.set(name, text)
    return value
  }

  forget(name: string): void {
    this.#texts.delete(name)
  }
}
