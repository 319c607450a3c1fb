/** Seeds that once broke something, with the days it took. They run with every new one. */
export const keptSeeds: readonly (readonly [seed: number, days: number])[] = [
  [7, 0.1],
  [21, 0.075],
  [31, 0.045],
]
