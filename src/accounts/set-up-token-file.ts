/** The token of the set-up as a file of the data folder, for whoever does not see what was printed at the start. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Secret} from '#model/secret.ts'

interface Log {
  warn(about: object, text: string): void
}

export class SetUpTokenFile {
  readonly path: string
  readonly #log: Log

  constructor(dataFolder: string, log: Log) {
    this.path = join(dataFolder, 'setup-token')
    this.#log = log
  }

  /** Nobody but the user of the program reads it. Without it the printed token does as well. */
  write(token: Secret): void {
    this.#attempt('is not written', () => {
      // What lies there may be of a start that was killed, or lead elsewhere.
      rmSync(this.path, {force: true})
      writeFileSync(this.path, `${token.reveal()}\n`, {flag: 'wx', mode: 0o600})
    })
  }

  remove(): void {
    this.#attempt('is not removed', () => rmSync(this.path, {force: true}))
  }

  #attempt(fault: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.warn({err: error, path: this.path}, `the file with the set-up token ${fault}`)
    }
  }
}
