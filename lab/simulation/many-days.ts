/** Many seeds at once, each process with its share of them: `main.ts` runs them and says what it found. */
import {spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

export interface ManyDays {
  readonly first: number
  /** Seeds from `first` on. */
  readonly runs: number
  /** Of each seed. */
  readonly days: number
  /** No other process is begun then. Default: never. */
  readonly isOver?: () => boolean
}

export interface Found {
  /** Seeds that were lived through to their end. */
  readonly seeds: number
  /** What must not have happened, and how it is seen again. */
  readonly faults: readonly string[]
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))
/** Seeds in one process: what it leaves in memory does not add up. */
const SHARE = 25

/** @param width processes at a time */
export async function runInParallel(
  {first, runs, days, isOver = () => false}: ManyDays,
  width: number,
): Promise<Found> {
  const shares: ManyDays[] = []
  for (let at = 0; at < runs; at += SHARE)
    shares.push({first: first + at, runs: Math.min(SHARE, runs - at), days})
  const found: Found[] = []
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      const share = shares.shift()
      if (!share) return
      found.push(await runShare(share))
    }
  }
  await Promise.all(Array.from({length: width}, worker))
  return {
    seeds: found.reduce((sum, {seeds}) => sum + seeds, 0),
    faults: found.flatMap(({faults}) => faults),
  }
}

async function runShare({first, runs, days}: ManyDays): Promise<Found> {
  const args = ['--seed', first, '--runs', runs, '--days', days].map(String)
  const child = spawn(process.execPath, [main, ...args], {stdio: ['ignore', 'pipe', 'pipe']})
  const faults: string[] = []
  let seeds = 0
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  for await (const line of createInterface({input: child.stdout})) {
    if (line.includes(', transcript ')) seeds++
    if (/^ {2}|^To see it again/.test(line)) faults.push(line.trim())
  }
  const code = await exit
  if (code !== 0 && faults.length === 0) faults.push(`seeds from ${first} on ended with ${code}: ${errors}`)
  return {seeds, faults}
}
