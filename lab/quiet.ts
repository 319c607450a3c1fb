/** What this process has under way by itself, beside timers: files, children, turns of the event loop. */
const works = /^(Immediate|FSReq|FileHandle|CloseReq|ProcessWrap|Zlib)/

/** All who wait wait together: the turn that one of them waits for would be work to another, and so on for ever. */
let waiting: Promise<void> | null = null

/**
 * Resolves when nothing goes on any more but what waits for a timer: a simulation may move its clock then. Sockets do
 * not count, for they stand open while nothing goes on.
 */
export function quiet(): Promise<void> {
  waiting ??= untilQuiet()
  return waiting
}

async function untilQuiet(): Promise<void> {
  do await new Promise((done) => setImmediate(done))
  while (process.getActiveResourcesInfo().some((it) => works.test(it)))
  waiting = null
}
