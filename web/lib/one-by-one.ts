/** Requests of which the server takes few of one person: each is sent when the one before it is answered. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param signal aborted = it is not wanted any more, and not sent
   * @throws what the task throws, and the reason that `signal` was aborted for
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last
    const mine = before.then(() => {
      signal.throwIfAborted()
      return task()
    })
    // What fails keeps none of those behind it.
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
