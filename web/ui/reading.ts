/** What is read from the server, as far as it has to be said that it is not there. */
export interface Reading {
  /** `undefined` = nothing was read yet. */
  readonly data: unknown
  /** Epoch ms by this machine's clock; 0 = never. */
  readonly dataUpdatedAt: number
  readonly error: Error | null
  readonly refetch: () => unknown
}

/** Several that are shown as one: there when all are, as old as the oldest, and only what failed is read again. */
export function together(...all: readonly Reading[]): Reading {
  const isWhole = all.every(({data}) => data !== undefined)
  return {
    data: isWhole ? all.map(({data}) => data) : undefined,
    dataUpdatedAt: Math.min(...all.map(({dataUpdatedAt}) => dataUpdatedAt)),
    error: all.find(({error}) => error !== null)?.error ?? null,
    refetch: () => Promise.all(all.filter(({error}) => error !== null).map(({refetch}) => refetch())),
  }
}
