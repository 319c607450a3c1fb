/**
 * How parts of the pages are loaded. A browser may keep that it failed to load a module
 * until the page is loaded again, and then every part that shares this module fails, too. So its files are fetched first,
 * which is tried again as often as it takes, and the loader of the browser finds them in the cache.
 */

/**
 * `away`: not all of it came, and it may the next time. `gone`: Commodarr answers, and does not have it; another version
 * runs by now. `stuck`: it came, and the browser keeps that an earlier try failed.
 */
type Why = 'away' | 'gone' | 'stuck'

/** A part of the pages did not come. */
export class ChunkFailure extends Error {
  override readonly name = 'ChunkFailure'
  readonly why: Why

  constructor(why: Why, options?: ErrorOptions) {
    super(`A part of this page did not load (${why}).`, options)
    this.why = why
  }
}

/** Where files come from, and where styles go. */
interface Sources {
  /** Leaves it in the cache of the browser. */
  readonly get: (address: string) => Promise<Pick<Response, 'ok' | 'status' | 'arrayBuffer'>>
  /** Ends when they are in force. */
  readonly style: (address: string) => Promise<unknown>
  /** The page itself names it: the browser has it, or is about to. */
  readonly isNamed: (address: string) => boolean
}

/** @returns what loads, with what came so far in mind */
export function chunkLoader({get, style, isNamed}: Sources) {
  /** Files on their way, by address. */
  const coming = new Map<string, Promise<unknown>>()
  /** The browser has loaded these. What only came is fetched again before they are: no cache keeps everything. */
  const loaded = new Set<string>()

  const come = (address: string) => {
    const way = coming.get(address) ?? fetched(address).finally(() => coming.delete(address))
    coming.set(address, way)
    return way
  }

  const fetched = async (address: string) => {
    if (isNamed(address)) return
    try {
      const answer = await get(address)
      if (!answer.ok) throw new ChunkFailure(answer.status === NOT_FOUND ? 'gone' : 'away')
      await answer.arrayBuffer()
      if (address.endsWith('.css')) await style(address)
    } catch (cause) {
      throw cause instanceof ChunkFailure ? cause : new ChunkFailure('away', {cause})
    }
  }

  /**
   * @param files all that it needs, as addresses from `importer` on
   * @throws {ChunkFailure} or what the module itself throws
   */
  return async <T>(load: () => Promise<T>, files: readonly string[], importer: string): Promise<T> => {
    const addresses = files.map((file) => new URL(file, importer).href)
    await Promise.all(addresses.filter((it) => !loaded.has(it)).map(come))
    try {
      const module = await load()
      for (const address of addresses) loaded.add(address)
      return module
    } catch (cause) {
      throw isOfLoader(cause) ? new ChunkFailure('stuck', {cause}) : cause
    }
  }
}

const NOT_FOUND = 404

/** Chromium and Firefox, and Safari, each in its words; what a module throws as it begins is a defect of ours. */
function isOfLoader(cause: unknown): boolean {
  return (
    cause instanceof TypeError && /dynamically imported module|importing a module script/i.test(cause.message)
  )
}
