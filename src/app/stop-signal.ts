/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP. A terminal sends Ctrl-C to us and to our starter, which hands it
 * on: signals within the same moment are one. A later one means: now, and whatever is under way is left.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt = 0
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (firstAt === 0) {
          firstAt = performance.now()
          resolve()
        } else if (performance.now() - firstAt > 1_000) process.exit(130)
      })
    }
  })
}
