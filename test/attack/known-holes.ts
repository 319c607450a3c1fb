/**
 * What is known to be wrong, each with the day on which it was found. It has to show: a line that is repaired has to go,
 * so this list only shrinks.
 */
export interface KnownHole {
  readonly since: string
  readonly what: string
  /** By the names of `Fault`. */
  readonly faults: readonly string[]
}

export const knownHoles: readonly KnownHole[] = []
