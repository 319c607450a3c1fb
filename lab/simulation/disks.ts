/**
 * The one disk that all servers of a simulation share, each under a name of its own, and whose bytes lie on it: torrents
 * of all servers, and files of people. Whatever goes while somebody has it was lost. The files are real; the program sees
 * them where the plan says so.
 */
import {existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {SharedDisk} from '../simulators/sim-disk.ts'
import type {SimTorrent} from '../simulators/sim-torrent.ts'
import type {World} from '../simulators/world.ts'

/** How each of the servers calls the disk. */
export const serverFolders = ['/srv/downloads', '/data', '/media/torrents'] as const

/** A file that is gone, and who has it all the same. */
export interface LostFile {
  readonly server: string
  /** `null` = of a person. */
  readonly hash: string | null
  readonly path: string
}

interface Attached {
  readonly world: World
  readonly folder: string
}

const PERSONS = 'notes of a person.txt'

export class Disks {
  readonly #root = mkdtempSync(join(tmpdir(), 'commodarr-simulated-disk-'))
  readonly #shared = new SharedDisk(join(this.#root, 'disk'))
  readonly #servers = new Map<string, Attached>()
  /** Of each torrent that is there: the places of files that have lain on the disk. */
  readonly #laid = new Map<string, Set<string>>()
  /** Told once. */
  readonly #told = new Set<string>()

  constructor() {
    mkdirSync(join(this.#root, 'disk'))
    mkdirSync(join(this.#root, 'empty'))
    writeFileSync(join(this.#root, 'disk', PERSONS), 'of a person')
    this.seen = true
  }

  /** Where the program looks for the disk. */
  get mount(): string {
    return join(this.#root, 'mount')
  }

  /** The program sees the disk; else an empty folder. */
  set seen(isSeen: boolean) {
    rmSync(this.mount, {force: true})
    symlinkSync(join(this.#root, isSeen ? 'disk' : 'empty'), this.mount)
  }

  /** Servers reach the disk. */
  get isReached(): boolean {
    return this.#shared.isReached
  }

  set isReached(isReached: boolean) {
    this.#shared.isReached = isReached
    this.seen = isReached
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
    const files = world.files(torrent)
    world.pathsOf(torrent).forEach((path, at) => world.disk!.write(path, files[at]!.size))
    this.claim(server, torrent)
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
    if (places.some((place) => this.#others(key, place))) return false
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
      if (existsSync(this.#on(path)) || this.#told.has(name)) return
      this.#told.add(name)
      lost.push({server, hash, path})
    }
    look('nobody', null, PERSONS)
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

  #others(key: string, place: string): boolean {
    return [...this.#laid].some(([other, places]) => other !== key && places.has(place))
  }

  #placesOf(server: string, torrent: SimTorrent): readonly string[] {
    const {world, folder} = this.#servers.get(server)!
    return world.pathsOf(torrent).flatMap((path) => this.#shared.placeOf(path, folder) ?? [])
  }

  #on(place: string): string {
    return join(this.#root, 'disk', place)
  }
}
