/** The least that React's `useSyncExternalStore` needs: something that can be listened to. */
export class Signal {
  readonly #listeners = new Set<() => void>()

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  emit(): void {
    for (const listener of this.#listeners) listener()
  }
}
