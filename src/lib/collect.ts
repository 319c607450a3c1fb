import {flushCompileCache} from 'node:module'

/**
 * Lets V8 give back at once what it would keep for the garbage of a start: room for young objects, pages that are half
 * empty. By itself it waits for garbage that never comes in a program that does little (Node 26: a manager at rest kept
 * 8 MB of it for hours, the main thread 18).
 *
 * Node keeps what it read from its cache of compiled code until it is told to write there what is new: 5 MB for the main
 * thread, 1 MB for each other.
 *
 * It stands still meanwhile, 2 ms for each MB that is alive: not for a thread that others wait for. Nothing is collected
 * without `--expose-gc` (`scripts/program.mjs`).
 *
 * @param gc how the collector is asked; `null` = nobody may
 */
export async function collect(gc: NodeJS.GCFunction | null = globalThis.gc ?? null): Promise<void> {
  flushCompileCache()
  await gc?.({type: 'major', flavor: 'last-resort', execution: 'async'})
}
