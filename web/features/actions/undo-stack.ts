/** What was done from this page and can be undone, newest last: for `Ctrl Z`. */
interface Undoable {
  readonly id: string
  /** As long as the server keeps the way back; epoch ms by its clock. */
  readonly until: number
}

export class UndoStack {
  readonly #stack: Undoable[] = []

  push(undoable: Undoable): void {
    this.drop(undoable.id)
    this.#stack.push(undoable)
  }

  /** The newest that can still be undone, taken from the stack; `null` = there is none. */
  take(now: number): string | null {
    for (let last = this.#stack.pop(); last; last = this.#stack.pop()) if (last.until > now) return last.id
    return null
  }

  /** It was undone by other means. */
  drop(id: string): void {
    const at = this.#stack.findIndex((it) => it.id === id)
    if (at !== -1) this.#stack.splice(at, 1)
  }
}

export const undoStack = new UndoStack()
