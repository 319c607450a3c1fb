/** Many simulations at once, each process with its share of them: `main.ts` runs them and says what it found. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import type {PaceName} from './pace.ts'
import type {Edition} from './plan.ts'

export interface PlannedRun {
  readonly seed: number
  readonly days: number
  /** Of which the first so many are lived through again, and have to be the same. */
  readonly againDays?: number
  /** Of the world; absent = the newest. */
  readonly edition?: Edition
}

/** What one process lives through. */
export interface Share {
  readonly runs: readonly PlannedRun[]
  readonly pace: PaceName
}

export interface Lived {
  /** Seeds that were lived through to their end. */
  readonly seeds: number
  /** That reached servers. */
  readonly commands: number
  /** That the program sent. */
  readonly requests: number
  /** Of each seed: what happened, request by request. */
  readonly transcripts: readonly string[]
  /** What must not have happened, and how it is seen again. */
  readonly faults: readonly string[]
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))
/**
 * Seeds in one process: the first of them costs twice as much as the fifth, as nothing is compiled yet; and the last
 * process is not waited for alone.
 */
const MOST_SEEDS = 10

/** All of these runs, dealt out to as few processes. */
export function sharesOf(runs: readonly PlannedRun[], pace: PaceName): readonly Share[] {
  const count = Math.ceil(runs.length / MOST_SEEDS)
  return Array.from({length: count}, (_, share) => ({
    pace,
    runs: runs.filter((_, at) => at % count === share),
  }))
}

/** As `main.ts` reads it: `seed:days`, `@` and the edition, `+` and the days that are lived through again. */
export function runText({seed, days, edition, againDays}: PlannedRun): string {
  return `${seed}:${days}${edition === undefined ? '' : `@${edition}`}${againDays === undefined ? '' : `+${againDays}`}`
}

/** @throws {RangeError} naming what is wrong with it */
export function runOf(text: string): PlannedRun {
  const [, seed, days, edition, again] = /^(\d+):([\d.]+)(?:@([1-9]))?(?:\+([\d.]+))?$/.exec(text) ?? []
  if (seed === undefined)
    throw new RangeError(`--run ${text}: it is SEED:DAYS, as in 42:3, 42:0.1@1 or 42:3+0.1`)
  return {
    seed: Number(seed),
    days: Number(days),
    ...(edition !== undefined && {edition: Number(edition) as Edition}),
    ...(again !== undefined && {againDays: Number(again)}),
  }
}

/**
 * @param width processes at a time
 * @returns of a share what was found; each is lived through once, when it is asked for first
 */
export function livesOf(width: number): (share: Share) => Promise<Lived> {
  const lives = new Map<Share, Promise<Lived>>()
  const waiting: (() => void)[] = []
  let running = 0
  const live = async (share: Share): Promise<Lived> => {
    if (running === width) await new Promise<void>((begin) => waiting.push(begin))
    else running++
    try {
      return await liveOne(share)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  return (share) => {
    const life = lives.get(share) ?? live(share)
    lives.set(share, life)
    return life
  }
}

async function liveOne({runs, pace}: Share): Promise<Lived> {
  const args = runs.flatMap((run) => ['--run', runText(run)])
  if (pace === 'wire') args.push('--wire')
  const child = spawn(process.execPath, [main, ...args], {stdio: ['ignore', 'pipe', 'pipe']})
  const faults: string[] = []
  const transcripts: string[] = []
  let [commands, requests] = [0, 0]
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const exit = once(child, 'close').then(([code, signal]) => String(code ?? signal), String)
  for await (const line of createInterface({input: child.stdout})) {
    transcripts.push(...(/, transcript (\w+)$/.exec(line)?.slice(1) ?? []))
    commands += Number(/ (\d+) commands,/.exec(line)?.[1] ?? 0)
    requests += Number(/ (\d+) requests;/.exec(line)?.[1] ?? 0)
    if (/^ {2}|^To see it again/.test(line)) faults.push(line.trim())
  }
  const end = await exit
  if (end !== '0' && faults.length === 0) faults.push(`${args.join(' ')} ended with ${end}: ${errors}`)
  return {seeds: transcripts.length, commands, requests, transcripts, faults}
}
