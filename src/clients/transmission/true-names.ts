/**
 * Where the data of a torrent lies, when its name does not say it. [run 3.00, 4.1.0-beta.2, 4.1.4]
 *
 * 3.00 writes a character beyond the first 65,536 (emoji, some Chinese) as `\u1f600`, which JSON reads as `ὠ0`; a real
 * `ὠ0` looks the same. And it calls the files otherwise than the torrent: it puts `_` for what other systems refuse in
 * names (`:`, `?`, control characters …), and takes away blanks in front, and dots and blanks at the end. Bytes that are no
 * UTF-8 are converted, and in folders twice. 4.1 changes no names, and tells such bytes as `\ufffd`.
 *
 *   name as told ── in doubt? ──no──▶ the place is the folder and the name
 *        │ yes
 *        ▼ asked once, for as long as it is called so
 *   its first file, its magnet link ──▶ name and place, or: nobody can say
 *
 * Until it is known its place is unknown, and so is who else may have what lies there: the data stays.
 */
import {readdir} from 'node:fs/promises'
import type {PathMapping} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {CommandRefused} from '#model/errors.ts'
import {ourPath} from '../our-path.ts'
import type {CallBounds} from '../port.ts'
import {text, type RawTorrent} from './codec.ts'
import {getOf, hashOf, torrentsIn} from './selection.ts'
import type {Session} from './session.ts'
import type {Wire} from './wire.ts'

/** Each is a request of its own: the list of files of a torrent may be long. */
const ASKED_IN_A_STEP = 20
const MOST_KNOWN = 100_000

/** How 3.00 tells a text, after its JSON was read. */
export function asAnswered(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}]/gu, (letter) => {
    const digits = letter.codePointAt(0)!.toString(16)
    return String.fromCharCode(Number.parseInt(digits.slice(0, 4), 16)) + digits.slice(4)
  })
}

/** What 3.00 calls a file or a folder of this name. */
export function asWritten(name: string): string {
  return name
    .replace(/^ +/, '')
    .replace(/[ .]+$/, '')
    .replace(/[<>:"/\\|?*\0-\x1f]/g, '_')
}

/** A letter and a digit that may be one letter. Of the last plane two digits follow, which is the same for us. */
const maybeOne = /[\u1000-\uffff][0-9a-f]/
const odd = /[<>:"\\|?*\0-\x1f\x80-\xff]|^ |[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
const noText = '\ufffd'

interface Known {
  readonly sent: string
  readonly name: string
  /** The folder or the file in its folder; `null` = nobody can say. */
  readonly top: string | null
}

interface Doubted {
  readonly name: string
  readonly savePath: string
}

export class TrueNames {
  readonly #wire: Pick<Wire, 'files'>
  readonly #session: {readonly current: Pick<Session, 'rpc'>}
  readonly #paths: readonly PathMapping[]
  readonly #known = new Map<InfoHash, Known>()
  /** As they are told, and as they are. */
  readonly #folders = new Map<string, string>()
  readonly #open = new Map<InfoHash, Doubted>()

  constructor(
    wire: Pick<Wire, 'files'>,
    session: {readonly current: Pick<Session, 'rpc'>},
    paths: readonly PathMapping[],
  ) {
    this.#wire = wire
    this.#session = session
    this.#paths = paths
  }

  /** A row as far as its name and place are known by now. What is not is found out by `settle`. */
  straight(patch: TorrentPatch): TorrentPatch {
    const {hash, name, savePath} = patch
    if (savePath === undefined) return patch
    const folder = this.#folderOf(savePath)
    const placed: TorrentPatch = folder === savePath ? patch : {...patch, savePath: folder ?? undefined}
    // A patch of some fields says nothing of its name.
    if (name === undefined) return placed
    if (folder !== null && !this.#isDoubtful(name)) {
      if (this.#open.size > 0) this.#open.delete(hash)
      return folder === savePath ? patch : {...placed, contentPath: joined(folder, name)}
    }
    const known = this.#known.get(hash)
    if (folder === null || known?.sent !== name) this.#open.set(hash, {name, savePath})
    else this.#open.delete(hash)
    const its = known?.sent === name ? known : null
    const contentPath = folder === null || !its?.top ? undefined : joined(folder, its.top)
    return {...placed, name: its?.name ?? name, contentPath}
  }

  /** Finds out some of what rows left open. @returns what it is now, and what that cost */
  async settle(
    bounds: CallBounds,
  ): Promise<{readonly patches: readonly TorrentPatch[]; readonly requests: number}> {
    const patches: TorrentPatch[] = []
    const some = [...this.#open].slice(0, ASKED_IN_A_STEP)
    let requests = 0
    for (const [hash, {name, savePath}] of some) {
      this.#open.delete(hash)
      await this.#lookFor(savePath)
      if (this.#isDoubtful(name) && this.#known.get(hash)?.sent !== name) {
        requests++
        const known = await this.#ask(hash, bounds)
        if (known === null) continue
        if (this.#known.size >= MOST_KNOWN) this.#known.clear()
        this.#known.set(hash, known)
      }
      const patch = this.straight({hash, name, savePath})
      // Nobody can say: it is asked again when a row says something else.
      this.#open.delete(hash)
      patches.push(patch)
    }
    return {patches, requests}
  }

  /** Its files got other names. */
  forget(hash: InfoHash): void {
    this.#known.delete(hash)
  }

  /**
   * How the folder or the only file of a torrent is called, asked now where its name may not say it.
   * @param name as told @throws {CommandRefused} nobody can say
   */
  async topOf(hash: InfoHash, name: string, bounds: CallBounds): Promise<string> {
    if (!this.#isDoubtful(name)) return name
    const top = (await this.#ask(hash, bounds))?.top ?? null
    if (top === null) throw new CommandRefused('Transmission cannot say how its files are called.', {hash})
    return top
  }

  /**
   * Paths of files as they are called on the disk, where we see it; else, and where nobody can say, as they were told.
   * @param savePath as told
   */
  async filePaths(savePath: string, paths: readonly string[]): Promise<readonly string[]> {
    if (!this.#mayBend || !paths.some((path) => maybeOne.test(path))) return paths
    await this.#lookFor(savePath)
    const folder = this.#folderOf(savePath)
    const ours = folder === null ? null : ourPath(this.#paths, folder)
    if (ours === null) return paths
    const looked = new Map<string, readonly string[]>()
    const found: string[] = []
    for (const path of paths) found.push((await trueBelow(ours, path, looked)) ?? path)
    return found
  }

  get #mayBend(): boolean {
    return this.#session.current.rpc < 17
  }

  #isDoubtful(name: string): boolean {
    if (name.includes(noText)) return true
    return (this.#session.current.rpc < 18 && odd.test(name)) || (this.#mayBend && maybeOne.test(name))
  }

  /** `null` = nobody can say yet. */
  #folderOf(sent: string): string | null {
    if (sent.includes(noText)) return null
    if (!this.#mayBend || !maybeOne.test(sent)) return sent
    return this.#folders.get(sent) ?? null
  }

  /** By our mappings, which say what their folders are called, and by the disk below them. */
  async #lookFor(sent: string): Promise<void> {
    if (this.#folderOf(sent) !== null || sent.includes(noText)) return
    for (const {server, ours} of this.#paths) {
      const top = server.replace(/\/+$/, '')
      const rest = restBelow(sent, asAnswered(top))
      if (rest === null) continue
      const below = maybeOne.test(rest) ? await trueBelow(ours, rest, new Map()) : rest
      if (below === null) continue
      this.#folders.set(sent, below === '' ? top : joined(top, below))
      return
    }
  }

  /** `null` = it has no files yet, or is not there any more. */
  async #ask(hash: InfoHash, bounds: CallBounds): Promise<Known | null> {
    let first: string | null = null
    const note = (file: RawTorrent): void => void (first ??= text(file, 'name') ?? null)
    try {
      const answer = await this.#wire.files(getOf([hash], ['name', 'magnet_link', 'files']), note, bounds)
      const [raw] = torrentsIn(answer)
      const sent = raw && text(raw, 'name')
      if (!raw || sent === undefined || first === null || hashOf(raw) !== hash) return null
      return this.#knownFrom(sent, first, nameIn(text(raw, 'magnet_link') ?? ''))
    } catch (error) {
      if (error instanceof CommandRefused) return null
      throw error
    }
  }

  /** @param link the name in its magnet link, which is told byte by byte */
  #knownFrom(sent: string, path: string, link: string | null): Known {
    const [top] = path.split('/') as [string]
    const name = link !== null && asAnswered(link) === sent && this.#mayBend ? link : sent
    const isPlain = !top.includes(noText) && !(this.#mayBend && maybeOne.test(top))
    if (isPlain) return {sent, name, top}
    const forms = link === null ? [] : [link, asWritten(link)]
    return {sent, name, top: forms.find((form) => asAnswered(form) === top && !form.includes(noText)) ?? null}
  }
}

/** `null` = there is none, or it is no UTF-8. */
function nameIn(link: string): string | null {
  const encoded = /[?&]dn=([^&]*)/.exec(link)?.[1]
  if (encoded === undefined) return null
  try {
    return decodeURIComponent(encoded)
  } catch {
    // Bytes that are no UTF-8: whoever reads them as text has another name.
    return null
  }
}

/**
 * The path below a folder of ours that is told so.
 * @returns `null` = there is none, or more than one
 */
async function trueBelow(
  ours: string,
  sent: string,
  looked: Map<string, readonly string[]>,
): Promise<string | null> {
  const found: string[] = []
  for (const part of sent.split('/').filter((it) => it !== '')) {
    const folder = [ours.replace(/\/+$/, ''), ...found].join('/')
    const entries = looked.get(folder) ?? (await entriesOf(folder))
    looked.set(folder, entries)
    const fitting = entries.filter((name) => asAnswered(name) === part)
    if (fitting.length !== 1) return null
    found.push(fitting[0]!)
  }
  return found.join('/')
}

/** What cannot be read has none. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    // Away or not ours to read: then nobody can say how its files are called.
    return []
  }
}

/** Without a slash in front; `null` = it does not lie there. */
function restBelow(path: string, folder: string): string | null {
  if (path.replace(/\/+$/, '') === folder) return ''
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null
}

function joined(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}
