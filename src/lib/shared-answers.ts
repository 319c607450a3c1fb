/**
 * One question at a time per key. Who asks while it is under way gets the answer to the next one, with all who ask until
 * that begins: what was so when he asked is in it. Failures are shared, too. Nothing is kept.
 */
export class SharedAnswers<T> {
  readonly #running = new Map<string, Promise<void>>()
  readonly #next = new Map<string, Promise<T>>()

  /** @param question that of whoever asks first */
  ask(key: string, question: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key)
    if (!running) return this.#begin(key, question)
    const waiting = this.#next.get(key)
    if (waiting) return waiting
    const next = running.then(() => {
      this.#next.delete(key)
      return this.#begin(key, question)
    })
    this.#next.set(key, next)
    return next
  }

  #begin(key: string, question: () => Promise<T>): Promise<T> {
    const answer = question()
    // Before whoever waits for the next one.
    const ended = Promise.allSettled([answer]).then(() => void this.#running.delete(key))
    this.#running.set(key, ended)
    return answer
  }
}
