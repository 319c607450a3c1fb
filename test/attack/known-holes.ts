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

export const knownHoles: readonly KnownHole[] = [
  {
    since: '2026-11-26',
    what:
      'After the machine was off for more than a day, sessions and keys whose time ended meanwhile let in until an ' +
      'administrator confirms the clock.',
    faults: [
      'an ended session lets in while the clock is in doubt',
      'an ended key lets in while the clock is in doubt',
    ],
  },
]
