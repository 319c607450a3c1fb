/** What a test waits for at this moment, so that one whose time is over tells what it saw instead. */
const waits = new Map<object, () => string>()

/** @param seen last, for people @returns how to tell that it waits no longer */
export function waitsFor(wanted: string): {
  readonly sees: (seen: () => string) => void
  readonly ends: () => void
} {
  const wait = {}
  return {
    sees: (seen) => void waits.set(wait, () => `waited for ${wanted}; seen last: ${seen()}`),
    ends: () => void waits.delete(wait),
  }
}

/** Of all that still wait, which are forgotten with that. */
export function takeWaits(): readonly string[] {
  const all = Array.from(waits.values(), (report) => report())
  waits.clear()
  return all
}
