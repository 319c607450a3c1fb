/**
 * Questions to files are answered at once: in a simulation the time that a disk takes would be a clock of its own, and
 * two runs of one seed would not be the same.
 */
import fs, {type OpenMode, type PathLike} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'

/** What of an open file the program uses. */
class OpenFile {
  readonly fd: number

  constructor(path: PathLike, flags?: OpenMode, mode?: fs.Mode) {
    this.fd = fs.openSync(path, flags ?? 'r', mode)
  }

  async stat(options?: fs.StatOptions) {
    return fs.fstatSync(this.fd, options as undefined)
  }

  async read(buffer: Buffer, offset?: number, length?: number, position?: number | null) {
    const at = offset ?? 0
    return {
      bytesRead: fs.readSync(this.fd, buffer, at, length ?? buffer.length - at, position ?? null),
      buffer,
    }
  }

  async readFile(encoding?: BufferEncoding) {
    return fs.readFileSync(this.fd, {encoding: encoding ?? null})
  }

  async write(
    data: Buffer | string,
    offset?: number | null,
    length?: number | null,
    position?: number | null,
  ) {
    const bytesWritten =
      typeof data === 'string'
        ? fs.writeSync(this.fd, data)
        : fs.writeSync(this.fd, data, offset ?? 0, length ?? undefined, position ?? null)
    return {bytesWritten, buffer: data}
  }

  async writeFile(data: Buffer | string) {
    fs.writeFileSync(this.fd, data)
  }

  async sync() {
    // As `unflushed`.
  }

  async close() {
    fs.closeSync(this.fd)
  }
}

/** What is looked at, with the path first. */
const looks = ['access', 'lstat', 'readdir', 'readFile', 'realpath', 'stat', 'statfs'] as const
/** What changes a disk, and how many paths it names. */
const changes = {
  chmod: 1,
  chown: 1,
  copyFile: 2,
  link: 2,
  mkdir: 1,
  mkdtemp: 1,
  rename: 2,
  rm: 1,
  rmdir: 1,
  unlink: 1,
  writeFile: 1,
} as const

/** The disks of a simulated world, which are more than those of this machine. */
export interface FileWorld {
  /** The file that a path names there. */
  readonly named: (path: string) => string
  /** Nothing can be changed there. */
  readonly isReadOnly: (path: string) => boolean
}

let world: FileWorld = {named: (path) => path, isReadOnly: () => false}

/** From now on these are the disks that are asked. */
export function enterFileWorld(entered: FileWorld): void {
  world = entered
}

/** From now on, in the whole process. */
export function answerFilesAtOnce(): void {
  const asked: Record<string, unknown> = fs.promises
  for (const name of looks) {
    const atOnce = fs[`${name}Sync`] as (...args: readonly unknown[]) => unknown
    asked[name] = async (path: PathLike, ...args: readonly unknown[]) => atOnce(named(path), ...args)
  }
  for (const [name, count] of Object.entries(changes)) {
    const atOnce = fs[`${name as keyof typeof changes}Sync`] as (...args: readonly unknown[]) => unknown
    asked[name] = async (...args: readonly unknown[]) => {
      const paths = args.slice(0, count).map((path) => named(path as PathLike))
      // What is copied or linked is only read.
      const changed = name === 'rename' ? paths : paths.slice(-1)
      for (const path of changed) writable(path)
      return atOnce(...paths, ...args.slice(count).map(unflushed))
    }
  }
  asked.opendir = async (path: PathLike) => {
    const folder = fs.opendirSync(named(path))
    return {read: async () => folder.readSync(), close: async () => folder.closeSync()}
  }
  asked.open = async (path: PathLike, flags?: OpenMode, mode?: fs.Mode) => {
    if (flags !== undefined && flags !== 'r') writable(named(path))
    return new OpenFile(named(path), flags, mode)
  }
  // What was imported by name is asked so, too.
  syncBuiltinESMExports()
}

/** Nobody pulls the plug of this machine. */
function unflushed(option: unknown): unknown {
  return typeof option === 'object' && option !== null && 'flush' in option
    ? {...option, flush: false}
    : option
}

function named(path: PathLike): string {
  return world.named(String(path))
}

function writable(path: string): void {
  if (!world.isReadOnly(path)) return
  throw Object.assign(new Error(`EROFS: read-only file system, '${path}'`), {code: 'EROFS', errno: -30, path})
}
