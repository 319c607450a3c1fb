/** What the system and people tell the process: to end, or to read its configuration again. */

interface Parent {
  /** Process ID at the start. */
  readonly id: number
  /** Process ID of whoever is our parent now: another one, once ours ended. */
  readonly now: () => number
  readonly everySecond: (look: () => void) => void
}

/** Which process the launcher says must not be outlived (`scripts/run.mjs`). */
export function parentNamed(id: string | undefined): Parent | null {
  if (id === undefined) return null
  return {id: Number(id), now: () => process.ppid, everySecond: (look) => setInterval(look, 1_000).unref()}
}

/** By the rule of shells: 128 and the number of the signal. Whoever watches over us sees that nobody ended us on purpose. */
const HUNG_UP = 129
const KILLED = 130
/** A terminal sends Ctrl-C to us and to our starter, which hands it on. */
const SAME_MS = 1_000

export class Signals {
  /**
   * Resolves with the exit code to end with, at the first SIGINT or SIGTERM, or when our terminal or our parent went. A
   * later one means: now, and whatever is under way is left.
   */
  readonly stopped: Promise<number>
  #reload: () => void = () => {}

  /**
   * @param exit ends at once
   * @param isInTerminal it was started in a terminal: SIGHUP says that this is gone, and to everybody else that a file was
   *   edited
   * @param now ms that only grow
   * @param parent who started us and has to be there as long as we are; `null` = whoever started us may go
   */
  constructor(
    on: (signal: NodeJS.Signals, listener: () => void) => unknown,
    exit: (code: number) => void,
    isInTerminal: boolean,
    now: () => number,
    parent: Parent | null,
  ) {
    let firstAt: number | null = null
    this.stopped = new Promise((resolve) => {
      const stop = (code: number) => () => {
        if (firstAt === null) {
          firstAt = now()
          resolve(code)
        } else if (now() - firstAt > SAME_MS) exit(KILLED)
      }
      on('SIGINT', stop(0))
      on('SIGTERM', stop(0))
      // Nobody tells who was orphaned: npm that was killed, or a launcher. It is looked at once, as a signal comes once.
      const end = stop(0)
      parent?.everySecond(() => parent.now() !== parent.id && firstAt === null && end())
      on('SIGHUP', isInTerminal ? stop(HUNG_UP) : () => this.#reload())
    })
  }

  /** @param reload from now on called for each SIGHUP */
  onReload(reload: () => void): void {
    this.#reload = reload
  }
}
