/**
 * What somebody is shown of paths of the machine that Commodarr runs on. They are for those who may change the server
 * that is mapped to them; everyone else reads a path as that server writes it, and of a server that he does not see no
 * folder at all. Paths are compared by whole parts, with the mappings of all servers, the longest first. What names a
 * folder above all mapped ones has a sentence without one.
 */
import type {Access} from '#model/access.ts'
import type {PathMapping} from '#model/server.ts'
import type {Servers} from '#model/services.ts'
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

/** All servers, and where folders of each lie on this machine. */
interface MappedServers {
  readonly servers: Pick<Servers, 'list'>
  readonly mappingsOf: (id: ServerId) => readonly PathMapping[]
}

type Rewrite = (words: string) => string

export function shownPaths(access: Access, mapped: MappedServers): ShownPaths {
  const isAbove = (id: ServerId | null): boolean => id === null || access.may('manage', id)
  const rewrites = new Map<ServerId, Rewrite>()
  const text = (id: ServerId | null, words: string) => {
    if (id === null || (access.everywhere && access.permits('admin'))) return words
    const rewrite = rewrites.get(id) ?? rewriteFor(id, access, mapped)
    rewrites.set(id, rewrite)
    return rewrite(words)
  }
  return {
    text,
    message: (id, message, code) =>
      (isAbove(id) ? undefined : withoutPaths.get(code ?? '')) ?? text(id, message),
    args(id, args, code = null) {
      const isWhole = isAbove(id) || !withoutPaths.has(code ?? '')
      const left = Object.entries(args).filter(([name]) => isWhole || !localArgs.has(name))
      return Object.fromEntries(
        left.map(([name, value]) => [name, typeof value === 'string' ? text(id, value) : value]),
      )
    },
  }
}

/** Of a server that he does not see: neither its folders nor ours. */
const HIDDEN = '…'

/**
 * Of words about a server. One that nobody mapped says what it says by itself: its own folders may be called like ours.
 * The folders of the server itself stay as they are, too, and come before those of others.
 */
function rewriteFor(id: ServerId, access: Access, {servers, mappingsOf}: MappedServers): Rewrite {
  const own = mappingsOf(id)
  if (own.length === 0) return asItIs
  const folders = new Map<string, string>()
  const put = (folder: string, shown: string) => {
    if (!folders.has(bare(folder))) folders.set(bare(folder), bare(shown))
  }
  const others = servers.list().filter((it) => it.id !== id)
  const may = (permission: 'manage' | 'read') => (it: {readonly id: ServerId}) =>
    access.may(permission, it.id)
  const shares = (some: typeof others, shownAs: (mapping: PathMapping) => string) => {
    for (const it of some) for (const mapping of mappingsOf(it.id)) put(mapping.ours, shownAs(mapping))
  }
  for (const {ours, server} of own) put(ours, access.may('manage', id) ? ours : server)
  for (const {server} of own) put(server, server)
  shares(others.filter(may('manage')), ({ours}) => ours)
  shares(others.filter(may('read')), ({server}) => server)
  shares(others, () => HIDDEN)
  if ([...folders].every(([folder, shown]) => folder === shown)) return asItIs
  const pattern = patternOf([...folders.keys()])
  return (words) =>
    words.replaceAll(pattern, (folder, at: number) => {
      const shown = folders.get(bare(folder))!
      // Of `/` the slash belongs to the path that follows, and so it does of what is mapped to `/`.
      if (folder === '/') return `${shown}/`
      return shown === '' && words[at + folder.length] !== '/' ? '/' : shown
    })
}

function asItIs(words: string): string {
  return words
}

/** What a part of a path goes on with. A point does where the sentence does not end with it. */
const goesOn = String.raw`[\p{L}\p{N}\p{M}\p{So}\p{Sk}\p{Sc}_~@#%&+=*^([{-]`
const ends = String.raw`\s"'”’»)\]}>,;:!?`

/** Each of these folders where it is a whole path, or the beginning of one with whole parts; the longest first. */
function patternOf(folders: readonly string[]): RegExp {
  const some = folders
    .filter((it) => it !== '')
    .toSorted((one, other) => other.length - one.length)
    .map((it) => it.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const whole = some.length > 0 ? [`(?:${some.join('|')})(?!${goesOn}|\\.+[^.${ends}])`] : []
  const root = folders.includes('') ? [`/(?=[^/.${ends}]|\\.+[^/.${ends}])`] : []
  return new RegExp(String.raw`(?<![\p{L}\p{N}\p{M}_./\\~-])(?:${[...whole, ...root].join('|')})`, 'gu')
}

/** `/` becomes '': every path is below it. */
function bare(folder: string): string {
  return folder.replace(/[\\/]+$/, '')
}
