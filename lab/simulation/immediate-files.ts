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
    // Nobody pulls the plug of this machine.
  }

  async close() {
    fs.closeSync(this.fd)
  }
}

const names = [
  'access',
  'chmod',
  'chown',
  'copyFile',
  'link',
  'lstat',
  'mkdir',
  'mkdtemp',
  'readdir',
  'readFile',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'unlink',
  'writeFile',
] as const

/** From now on, in the whole process. */
export function answerFilesAtOnce(): void {
  const asked: Record<string, unknown> = fs.promises
  for (const name of names) {
    const atOnce = fs[`${name}Sync`] as (...args: readonly unknown[]) => unknown
    asked[name] = async (...args: readonly unknown[]) => atOnce(...args)
  }
  asked.opendir = async (path: string) => {
    const folder = fs.opendirSync(path)
    return {read: async () => folder.readSync(), close: async () => folder.closeSync()}
  }
  asked.open = async (path: PathLike, flags?: OpenMode, mode?: fs.Mode) => new OpenFile(path, flags, mode)
  // What was imported by name is asked so, too.
  syncBuiltinESMExports()
}
