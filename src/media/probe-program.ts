/** The ffprobe that is configured, or the system's: which version it is, looked for again while there is none. */
import type {Clock} from '#lib/clock.ts'
import type {MediaProbeView} from '#model/arr-service.ts'
import {HOUR} from '#model/units.ts'
import {Ffprobe, type FfprobeOptions} from './ffprobe.ts'
import type {ProbeVerdict} from './probe-verdict.ts'

const LOOK_AGAIN_MS = HOUR * 1_000
/** Where nothing is configured. */
const USUAL = 'ffprobe'

export class ProbeProgram {
  readonly #clock: Clock
  readonly #onMissing: FfprobeOptions['onMissing']
  readonly #run: FfprobeOptions['run'] | undefined
  #ffprobe: Ffprobe | null = null
  #command = USUAL
  #version: string | null = null
  #cancel: () => void = () => {}
  #isStopped = false
  #found: () => void = () => {}

  constructor(clock: Clock, onMissing: FfprobeOptions['onMissing'], run?: FfprobeOptions['run']) {
    this.#clock = clock
    this.#onMissing = onMissing
    this.#run = run
  }

  /** @param listener told when it is found after it was missing */
  onFound(listener: () => void): void {
    this.#found = listener
  }

  /** `null` = nobody needed it yet. */
  get view(): MediaProbeView | null {
    return this.#ffprobe && {command: this.#command, version: this.#version}
  }

  /** @param path absolute; `null` = the system's. What was found once is not looked for again. */
  async follow(path: string | null): Promise<void> {
    const command = path ?? USUAL
    if (this.#ffprobe === null || command !== this.#command) {
      this.#command = command
      this.#version = null
      this.#ffprobe = new Ffprobe({
        clock: this.#clock,
        command,
        onMissing: this.#onMissing,
        ...(this.#run && {run: this.#run}),
      })
    }
    if (this.#version === null) await this.#look(this.#ffprobe)
  }

  /** As `Ffprobe` does; without one nothing is probed. */
  async probe(path: string, signal?: AbortSignal): Promise<ProbeVerdict> {
    return (await this.#ffprobe?.probe(path, signal)) ?? {verdict: 'skipped', reason: 'noFfprobe', detail: ''}
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  async #look(ffprobe: Ffprobe): Promise<void> {
    this.#cancel()
    const version = await ffprobe.version()
    // Another was configured meanwhile, or nobody asks any more.
    if (ffprobe !== this.#ffprobe || this.#isStopped) return
    this.#version = version
    if (version !== null) return
    this.#cancel = this.#clock.after(LOOK_AGAIN_MS, () => void this.#lookAgain(ffprobe))
  }

  async #lookAgain(ffprobe: Ffprobe): Promise<void> {
    await this.#look(ffprobe)
    if (ffprobe === this.#ffprobe && !this.#isStopped && this.#version !== null) this.#found()
  }
}
