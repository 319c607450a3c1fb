/**
 * Questions to a disk that may hang (a network share whose server is gone): the system's call cannot be ended, so who
 * asks stops waiting. Files are read with four threads, and each call that hangs keeps one of them: nobody asks the same
 * again before the first answer is there, and nobody asks a disk anything that does not even tell its size.
 */
import {statfs} from 'node:fs/promises'
import {dirname} from 'node:path'
import {timeLimit, type Clock} from '#lib/clock.ts'
import {mountPointByText} from './mount-table.ts'

/** Whoever has not even told its size by then. */
const SIGN_OF_LIFE_MS = 1000

export class Patience {
  readonly #clock: Clock
  readonly #ms: number
  readonly #sign: (disk: string) => Promise<unknown>
  readonly #hanging = new Set<string>()
  /** Disks that are asked for a sign of life, and whether they owe it for too long. */
  readonly #disks = new Map<string, 'asked' | 'dead'>()

  /** @param sign how a disk shows that it is there @param disk a path on it */
  constructor(clock: Clock, ms = 10_000, sign: (disk: string) => Promise<unknown> = (disk) => statfs(disk)) {
    this.#clock = clock
    this.#ms = ms
    this.#sign = sign
  }

  /** ms by the duration clock that it waits by. */
  now(): number {
    return this.#clock.monotonic()
  }

  /**
   * @param path ours, absolute: what is asked about
   * @param question one word for it: two questions about one path do not wait for each other
   * @returns `null` = no answer in time; or the last one still has none; or its disk shows no sign of life
   * @throws what `ask` throws in time
   */
  ask<T>(path: string, question: string, ask: () => Promise<T>): Promise<T | null> {
    const name = `${question} ${path}`
    if (this.#hanging.has(name) || this.#isDead(path)) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      const stop = timeLimit(this.#clock, this.#ms, () => {
        this.#hanging.add(name)
        void this.#awaitSign(diskOf(path))
        resolve(null)
      })
      ask()
        .then(resolve, reject)
        .finally(() => {
          stop()
          this.#hanging.delete(name)
        })
    })
  }

  #isDead(path: string): boolean {
    return this.#disks.size > 0 && this.#disks.get(diskOf(path)) === 'dead'
  }

  /** It is dead from when it owes a sign for too long until it gives one: an error is one, too. */
  async #awaitSign(disk: string): Promise<void> {
    if (this.#disks.has(disk)) return
    this.#disks.set(disk, 'asked')
    const stop = timeLimit(this.#clock, SIGN_OF_LIFE_MS, () => void this.#disks.set(disk, 'dead'))
    await Promise.allSettled([this.#sign(disk)])
    stop()
    this.#disks.delete(disk)
  }
}

/** What is not mounted apart may be a link to another disk: there each folder is one of its own. */
function diskOf(path: string): string {
  const point = mountPointByText(path)
  return point === '/' ? dirname(path) : point
}
