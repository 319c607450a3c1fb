/** For tests: starts `store-child.ts`, also under limits and as another user, and speaks with it line by line. */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface, type Interface} from 'node:readline'

export type ChildAnswer = Readonly<Record<string, unknown>>

interface ChildWish {
  /** What stands before the command: a shell with a limit. */
  readonly before?: readonly string[]
  /** As which user and group it acts; only root may say so. Absent = as this process. */
  readonly user?: number
}

const children = new Set<StoreChild>()
process.on('exit', () => {
  for (const child of children) void child.kill()
})

export class StoreChild {
  readonly #child: ChildProcess
  readonly #reader: Interface
  readonly #lines: AsyncIterator<string>
  #hasEnded = false
  /** All lines so far, also when nobody asked. */
  readonly lines: string[] = []
  readonly ended: Promise<void>

  constructor(args: readonly string[], {before = [], user}: ChildWish = {}) {
    const [command, ...rest] = [
      ...before,
      process.execPath,
      join(import.meta.dirname, 'store-child.ts'),
      ...args,
    ]
    this.#child = spawn(command!, rest, {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: '/',
      env: {...process.env, ...(user !== undefined && {STORE_CHILD_USER: String(user)})},
    })
    this.#reader = createInterface({input: this.#child.stdout!})
    this.#reader.on('line', (line) => this.lines.push(line))
    this.#lines = this.#reader[Symbol.asyncIterator]()
    children.add(this)
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        children.delete(this)
        this.#hasEnded = true
        resolve()
      })
    })
    this.#child.stdin!.on('error', () => {})
  }

  /** Its next line. @throws when it ended instead */
  async next(): Promise<ChildAnswer> {
    const {value, done} = await this.#lines.next()
    if (done === true) throw new Error('The child ended.')
    return JSON.parse(value) as ChildAnswer
  }

  /** Until it has printed so many lines in all. @throws when it ended before */
  async printed(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.#hasEnded) throw new Error('The child ended.')
      await Promise.race([once(this.#reader, 'line'), this.ended])
    }
  }

  ask(line: string): Promise<ChildAnswer> {
    this.#child.stdin!.write(`${line}\n`)
    return this.next()
  }

  /** In peace. */
  async end(): Promise<void> {
    this.#child.stdin!.end()
    await this.ended
  }

  /** As by a crash. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }
}
