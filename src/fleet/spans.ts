/**
 * Between which row numbers each server's rows lie. Servers tell their lists one after the other, so with thousands of
 * them that is nearly their own rows: what is about one server need not look through those of all.
 */
export interface Span {
  readonly from: number
  /** Not included. */
  readonly to: number
}

const nothing: Span = {from: 0, to: 0}

export class Spans {
  readonly #byServer = new Map<number, {from: number; to: number; count: number}>()

  /** Never too narrow; wider than need be until the server's last row went. Rows of others may lie in it. */
  of(server: number): Span {
    return this.#byServer.get(server) ?? nothing
  }

  add(server: number, row: number): void {
    const span = this.#byServer.get(server)
    if (!span) {
      this.#byServer.set(server, {from: row, to: row + 1, count: 1})
      return
    }
    if (row < span.from) span.from = row
    if (row >= span.to) span.to = row + 1
    span.count++
  }

  drop(server: number): void {
    const span = this.#byServer.get(server)
    if (span && --span.count === 0) this.#byServer.delete(server)
  }
}
