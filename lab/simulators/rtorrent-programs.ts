import {textOf} from './rtorrent-columns.ts'
import {RtFault, type Value} from './rtorrent-encoding.ts'
import type {SimDisk} from './sim-disk.ts'

/**
 * What rTorrent runs for others on its own host: the few programs that are asked for, over the files of its disk; without
 * one, over files of which each is there until it is removed. What is below /mnt is another file system.
 */
export class RtorrentPrograms {
  readonly #disk: () => SimDisk | null
  readonly #removed = new Set<string>()

  constructor(disk: () => SimDisk | null) {
    this.#disk = disk
  }

  /**
   * @param params a target, the program, its arguments
   * @returns what it writes
   * @throws {RtFault} it did not end well
   */
  run([, ...command]: readonly Value[]): string {
    const [program = '', ...rest] = command.map(textOf)
    const paths = rest.filter((it) => !it.startsWith('-'))
    if (program === 'realpath' && this.#areThere(paths)) return `${paths.join('\n')}\n`
    // `sh -c <script> sh <path>`: the real path in hexadecimal, which no answer bends.
    if (program === 'sh' && rest[1]!.includes('find ')) return this.#filesIn(rest.at(-1)!)
    if (program === 'sh') return this.#areThere(rest.slice(-1)) ? hex(`${rest.at(-1)}\n`) : ''
    if (program === 'stat') return rest.at(-1)!.startsWith('/mnt/') ? '2\n' : '1\n'
    if (program === 'test' && this.#areThere(paths)) return ''
    if (program === 'rm' || program === 'rmdir')
      for (const path of paths) {
        this.#removed.add(path)
        if (program === 'rm') this.#disk()?.remove(path)
        else this.#disk()?.removeFolder(path)
      }
    else if (program === 'mkdir') for (const path of paths) this.#removed.delete(path)
    else if (program !== 'mv' && program !== 'cp') throw new RtFault(-503, 'Bad return code.')
    return ''
  }

  /** `find … -print0`, and a mark at its end where all went well. */
  #filesIn(folder: string): string {
    const paths = this.#disk()?.filesIn(folder) ?? []
    return hex([...paths, '.'].map((path) => `${path}\0`).join(''))
  }

  #areThere(paths: readonly string[]): boolean {
    return paths.every((path) => this.#disk()?.has(path) ?? !this.#removed.has(path))
  }
}

/** As `od -tx1` writes it. */
function hex(text: string): string {
  return ` ${Buffer.from(text).toString('hex').replace(/../g, '$& ').trimEnd()}\n`
}
