/**
 * The one disk that all servers of a simulation share, each under a name of its own, and whose bytes lie on it: torrents
 * of all servers, and files of people. Whatever goes while somebody has it was lost. The files are real; the program sees
 * them where the plan says so.
 */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {foldedPath, SharedDisk} from '../simulators/sim-disk.ts'
import type {SimTorrent} from '../simulators/sim-torrent.ts'
import type {World} from '../simulators/world.ts'
import {enterFileWorld} from './immediate-files.ts'

/** How each of the servers calls the disk. */
export const serverFolders = ['/srv/downloads', '/data', '/media/torrents'] as const

/** A file that is gone, and who has it anyway. */
export interface LostFile {
  readonly server: string
  /** `null` = of a person. */
  readonly hash: string | null
  readonly path: string
}

interface TorrentFile {
  readonly server: string
  readonly torrent: SimTorrent
  /** From its save path on. */
  readonly path: string
}

interface Attached {
  readonly world: World
  readonly folder: string
}

const PERSONS = 'notes of a person.txt'

export class Disks {
  /** It takes names that differ in their case for the same. */
  readonly folds: boolean
  readonly #root = mkdtempSync(join(tmpdir(), 'commodarr-simulated-disk-'))
  readonly #shared: SharedDisk
  readonly #servers = new Map<string, Attached>()
  /** Of each torrent that is there: the places of files that have lain on the disk. */
  readonly #laid = new Map<string, Set<string>>()
  /** Places of a person's files on the other disk. */
  readonly #others = new Set<string>()
  /** Told once. */
  readonly #reported = new Set<string>()

  constructor({folds = false}: {readonly folds?: boolean} = {}) {
    this.folds = folds
    this.#shared = new SharedDisk(join(this.#root, 'disk'), {folds})
    for (const folder of ['disk', 'other', 'empty']) mkdirSync(join(this.#root, folder))
    for (const folder of ['disk', 'other']) writeFileSync(join(this.#root, folder, PERSONS), 'of a person')
    this.seen = 'disk'
    enterFileWorld({
      named: (path) => (folds ? this.#ways.reduce(foldedPath, path) : path),
      isReadOnly: (path) => this.isReadOnly && this.#ways.some((way) => path.startsWith(`${way}/`)),
    })
  }

  /** Where the program finds it, and what that leads to. */
  get #ways(): readonly string[] {
    return [this.mount, join(this.#root, 'disk')]
  }

  /** Where the program looks for the disk. */
  get mount(): string {
    return join(this.#root, 'mount')
  }

  /** What the program sees where the disk should be; another one has files of the same names, of a person. */
  set seen(what: 'disk' | 'empty' | 'other' | 'nothing') {
    rmSync(this.mount, {force: true})
    if (what !== 'nothing') symlinkSync(join(this.#root, what), this.mount)
    if (what !== 'other') return
    for (const place of new Set([...this.#laid.values()].flatMap((places) => [...places]))) {
      const file = join(this.#root, 'other', place)
      mkdirSync(dirname(file), {recursive: true})
      writeFileSync(file, 'of a person')
      this.#others.add(place)
    }
  }

  /** Servers reach the disk. */
  get isReached(): boolean {
    return this.#shared.isReached
  }

  set isReached(isReached: boolean) {
    this.#shared.isReached = isReached
    this.seen = isReached ? 'disk' : 'empty'
  }

  /** Neither servers nor the program change anything on it. */
  get isReadOnly(): boolean {
    return this.#shared.isReadOnly
  }

  set isReadOnly(isReadOnly: boolean) {
    this.#shared.isReadOnly = isReadOnly
  }

  attach(server: string, world: World, folder: string): void {
    this.#servers.set(server, {world, folder})
    world.disk = this.#shared.seenAt(folder)
  }

  folderOf(server: string): string {
    return this.#servers.get(server)!.folder
  }

  /** Its files lie there from now on, as large as they will be. */
  lay(server: string, torrent: SimTorrent): void {
    const {world} = this.#servers.get(server)!
    if (!this.#shared.isReached || !torrent.hasMetadata) return
    world.layFiles(torrent)
    this.claim(server, torrent)
  }

  /** A file of one torrent is a link to one of another. */
  link(to: TorrentFile, from: TorrentFile, isHard: boolean): void {
    const [there, here] = [this.#fileOf(to), this.#fileOf(from)]
    if (there === null || here === null || !existsSync(there) || existsSync(here)) return
    mkdirSync(dirname(here), {recursive: true})
    if (isHard) linkSync(there, here)
    else symlinkSync(there, here)
  }

  /** It has those of its files that lie there. */
  claim(server: string, torrent: SimTorrent): void {
    const places = this.#placesOf(server, torrent).filter((place) => existsSync(this.#on(place)))
    this.#laid.set(`${server} ${torrent.hash}`, new Set(places))
  }

  /**
   * Somebody takes its files.
   * @returns false = others have them, too, so that nobody takes them
   */
  take(server: string, torrent: SimTorrent): boolean {
    const places = this.#placesOf(server, torrent)
    const key = `${server} ${torrent.hash}`
    if (this.isReadOnly || !this.isReached || places.some((place) => this.#haveOthers(key, place)))
      return false
    this.#laid.delete(key)
    for (const place of places) rmSync(this.#on(place), {force: true})
    return true
  }

  hasFiles(server: string, torrent: SimTorrent): boolean {
    return this.#placesOf(server, torrent).some((place) => existsSync(this.#on(place)))
  }

  /** It is no longer of its server: its files are nobody's, or those of others. */
  forget(server: string, hash: string): void {
    this.#laid.delete(`${server} ${hash}`)
  }

  /** Files that are gone since the last look although somebody has them. */
  lost(): readonly LostFile[] {
    const lost: LostFile[] = []
    const look = (server: string, hash: string | null, path: string) => {
      const name = `${server} ${hash} ${path}`
      if (existsSync(this.#on(path)) || this.#reported.has(name)) return
      this.#reported.add(name)
      lost.push({server, hash, path})
    }
    look('nobody', null, PERSONS)
    for (const place of [PERSONS, ...this.#others])
      if (!existsSync(join(this.#root, 'other', place)) && !this.#reported.has(`other ${place}`)) {
        this.#reported.add(`other ${place}`)
        lost.push({server: 'nobody', hash: null, path: `${place} of another disk`})
      }
    for (const [key, places] of this.#laid) {
      const [server, hash] = key.split(' ') as [string, string]
      if (this.#servers.get(server)!.world.known(hash) === undefined) this.#laid.delete(key)
      else for (const place of places) look(server, hash, place)
    }
    return lost
  }

  end(): void {
    rmSync(this.#root, {recursive: true, force: true})
  }

  #haveOthers(key: string, place: string): boolean {
    const file = this.#leadsTo(place)
    return [...this.#laid].some(
      ([other, places]) =>
        other !== key && file !== null && [...places].some((it) => this.#leadsTo(it) === file),
    )
  }

  /** The file itself, whatever leads to it; `null` = nothing does. */
  #leadsTo(place: string): string | null {
    const path = this.#on(place)
    return existsSync(path) ? realpathSync(path) : null
  }

  #fileOf({server, torrent, path}: TorrentFile): string | null {
    const place = this.#shared.placeOf(`${torrent.savePath}/${path}`, this.folderOf(server))
    return place === null ? null : this.#on(place)
  }

  #placesOf(server: string, torrent: SimTorrent): readonly string[] {
    const {world, folder} = this.#servers.get(server)!
    return world.pathsOf(torrent).flatMap((path) => this.#shared.placeOf(path, folder) ?? [])
  }

  #on(place: string): string {
    return this.#shared.pathOf(place)
  }
}
