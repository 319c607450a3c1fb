/**
 * A folder that stays the same one, whatever happens to its path. Walked down part by part: never through symbolic
 * links, never onto another disk. Node has no `openat`; on Linux the folder of open files in /proc does the same, so
 * that nothing can be exchanged between looking and acting. Elsewhere every part is looked at right before.
 */
import {constants} from 'node:fs'
import {access, lstat, mkdir, open, readdir, realpath, stat, type FileHandle} from 'node:fs/promises'
import {isAbsolute, join, parse} from 'node:path'
import {CommodarrError} from '#model/errors.ts'
import {codeOf} from './fs-errors.ts'

export class OpenedFolder {
  readonly #path: string
  readonly #handle: FileHandle | null
  readonly #device: bigint

  private constructor(path: string, handle: FileHandle | null, device: bigint) {
    this.#path = path
    this.#handle = handle
    this.#device = device
  }

  /**
   * @param device that must be there; another one was mounted, or the right one is not. `null` = whoever opens it knows
   *   the disk by what lies on it: numbers change with a restart or a new mount
   * @throws {CommodarrError} `path_refused`; the system's error when it is not there
   */
  static async root(path: string, device: string | null): Promise<OpenedFolder> {
    const place = isAbsolute(path) ? await realpath(path) : ''
    if (place === '' || place === parse(place).root) throw refused('This cannot be a root of files.', path)
    const root = await OpenedFolder.#open(place, place)
    if (device === null || root.has(device)) return root
    await root.close()
    throw otherDisk(path)
  }

  /** @throws {CommodarrError} `path_refused`; the system's error (ENOENT) when it is not there */
  async down(name: string, make = false): Promise<OpenedFolder> {
    const place = this.at(name)
    if (make) {
      await mkdir(place, {mode: 0o770}).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
    }
    const below = await this.into(name)
    if (below.#device === this.#device) return below
    await below.close()
    throw refused('Another disk is mounted there.', join(this.#path, name))
  }

  /** As `down`, also onto another disk: for what is only read. */
  async into(name: string): Promise<OpenedFolder> {
    const place = this.at(name)
    const found = await lstat(place)
    if (!found.isDirectory()) throw refused('It is no folder but a link or a file.', join(this.#path, name))
    return OpenedFolder.#open(place, join(this.#path, name))
  }

  /** Does it lie on the disk that has this number now? */
  has(device: string): boolean {
    return String(this.#device) === device
  }

  /** The same for each path that leads here. */
  async identity(): Promise<string> {
    const {dev, ino} = await (this.#handle?.stat({bigint: true}) ?? stat(this.#path, {bigint: true}))
    return `${dev}:${ino}`
  }

  /** For one call of the system; valid while this is open. @throws {CommodarrError} `path_refused` */
  at(name: string): string {
    const bad = name === '' || name === '.' || name === '..' || /[/\0]/.test(name)
    if (bad || (!onLinux && name.includes('\\'))) throw refused('This is no name of a file.', name)
    return this.#handle && onLinux ? `/proc/self/fd/${this.#handle.fd}/${name}` : join(this.#path, name)
  }

  names(): Promise<string[]> {
    return readdir(this.#itself())
  }

  /** Names can be made in it and taken out of it. @throws the system's error (EROFS, EACCES) */
  checkWritable(): Promise<void> {
    return access(this.#itself(), constants.W_OK | constants.X_OK)
  }

  #itself(): string {
    return this.#handle && onLinux ? `/proc/self/fd/${this.#handle.fd}` : this.#path
  }

  /** So that names survive a power cut. Not every file system can. */
  async sync(): Promise<void> {
    await this.#handle?.sync().catch((error: unknown) => {
      if (!['EINVAL', 'EPERM', 'ENOTSUP'].includes(codeOf(error))) throw error
    })
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }

  static async #open(place: string, path: string): Promise<OpenedFolder> {
    if (process.platform === 'win32')
      return new OpenedFolder(path, null, (await stat(place, {bigint: true})).dev)
    const handle = await open(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    return new OpenedFolder(path, handle, (await handle.stat({bigint: true})).dev)
  }
}

const onLinux = process.platform === 'linux'

/** @param path of the root */
export function otherDisk(path: string): CommodarrError {
  return refused('Another disk is there than the one that was decided about.', path)
}

export function refused(why: string, path: string): CommodarrError {
  return new CommodarrError('path_refused', `${path}: ${why}`, {path})
}
