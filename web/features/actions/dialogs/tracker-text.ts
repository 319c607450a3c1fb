/** Announce URLs as they are typed: one in each line, an empty line begins a lower tier. Pure. */

interface TrackerLines {
  readonly tiers: readonly (readonly string[])[]
  /** Lines that are no announce URL. */
  readonly wrong: readonly string[]
}

export function trackerLines(typed: string): TrackerLines {
  const tiers = typed
    .split(/\n\s*\n/)
    .map((tier) =>
      tier
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .filter((tier) => tier.length > 0)
  const wrong = tiers.flat().filter((line) => !isAnnounceUrl(line))
  return {tiers, wrong}
}

export function isAnnounceUrl(line: string): boolean {
  return /^(https?|udp|wss?):\/\/[^\s/]+/i.test(line)
}
