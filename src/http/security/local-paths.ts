/**
 * What somebody is shown of paths of the machine that Commodarr runs on. They are for those who may change the server
 * that is mapped to them; everyone else reads a path as that server writes it. What names a folder above all mapped ones
 * has a sentence without one.
 */
import type {Access} from '#model/access.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** Words about a server, or torrents of it, that may name paths of ours. */
export interface ShownPaths {
  /** @param id `null` = it is about no server, so only those read it who may see everything, or did it */
  readonly text: (id: ServerId | null, text: string) => string
  readonly args: (id: ServerId | null, args: object, code?: string | null) => object
  /** Of an alert, or of what the journal says of one. */
  readonly message: (id: ServerId | null, message: string, code: string | null) => string
}

/** Messages whose path may be that of the folder around all mapped ones, by their code. */
const withoutPaths: ReadonlyMap<string, string> = new Map([
  ['disk_missing', 'A disk of its files is not the one that was there, or is not mounted.'],
])
const localArgs: ReadonlySet<string> = new Set(['path', 'disk'])

export function shownPaths(access: Access, mappingsOf: (id: ServerId) => readonly PathMapping[]): ShownPaths {
  const isShown = (id: ServerId | null): id is null => id === null || access.may('manage', id)
  const text = (id: ServerId | null, words: string) =>
    isShown(id) ? words : asOnServer(words, mappingsOf(id))
  return {
    text,
    message: (id, message, code) =>
      isShown(id) ? message : (withoutPaths.get(code ?? '') ?? asOnServer(message, mappingsOf(id))),
    args(id, args, code = null) {
      if (isShown(id)) return args
      const left = Object.entries(args).filter(
        ([name]) => !withoutPaths.has(code ?? '') || !localArgs.has(name),
      )
      return Object.fromEntries(
        left.map(([name, value]) => [name, typeof value === 'string' ? text(id, value) : value]),
      )
    },
  }
}

/** Each path of ours below a mapped folder, as the server writes it; the rest of the text as it is. */
function asOnServer(words: string, mappings: readonly PathMapping[]): string {
  const folders = new Map(mappings.map(({server, ours}) => [bare(ours), bare(server)]))
  folders.delete('')
  if (folders.size === 0) return words
  // The longest first: one mapped folder may lie in another.
  const all = [...folders.keys()].toSorted((one, other) => other.length - one.length)
  const some = all.map((it) => it.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return words.replaceAll(new RegExp(`(?<![\\w./-])(?:${some})(?![\\w-])`, 'g'), (ours) => folders.get(ours)!)
}

/** `/` becomes '': every path is below it. */
function bare(folder: string): string {
  return folder.replace(/[\\/]+$/, '')
}
