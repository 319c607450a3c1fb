/** A program of its own that a bench asks, one question after the other. */
import {fork, type ChildProcess} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {programFlags} from '../scripts/program.mjs'

export class BenchProcess<Request extends object> {
  readonly #child: ChildProcess

  /** @param file beside this one; it answers each message with one, and ends when it is left */
  constructor(file: string) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: programFlags,
    })
  }

  /** @throws {Error} when it ended instead of answering */
  ask<Answer>(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`the program ended (${code})`))
      this.#child.once('exit', onExit)
      this.#child.once('message', (answer) => {
        this.#child.off('exit', onExit)
        resolve(answer as Answer)
      })
      this.#child.send(request)
    })
  }

  leave(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
    // Its work is done. Closing its channel could wait for ever (`lab/simulators/fleet-process.ts`).
    this.#child.kill()
    return gone
  }
}
