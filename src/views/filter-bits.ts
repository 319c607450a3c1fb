/** The bits of a row's refusals, by part of the filter. Everything that is no facet shares `rest`. */
export const no = {
  server: 1,
  state: 2,
  category: 4,
  tag: 8,
  tracker: 16,
  private: 32,
  rest: 64,
  /** Not part of the filter but below it; rows that are not shown have it too. */
  scope: 128,
} as const

/** By row, which parts say no; 0 = the row is in. */
export type Refusals = Uint8Array
