/** How long each test file takes in the quick proof, and how long it may. */
import {readFileSync, writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {root} from '../steps.ts'

const file = join(root, 'tools/proof/seconds.json')

/** Files that take less are not worth a line. */
const WORTH_SECONDS = 0.2

/** Some files wait for a daemon or a browser while others work. */
export const workers = availableParallelism() + 2

/** Of those that are worth a line, by their path below the root: as if nothing else used the processor. */
export type Seconds = Readonly<Record<string, number>>

export function knownSeconds(): Seconds {
  return JSON.parse(readFileSync(file, 'utf8')) as Seconds
}

/** Of what took so long in a whole run: it had the share of a processor that so many workers leave it. */
export function idleSeconds(measured: number): number {
  return (measured * availableParallelism()) / workers
}

/** Keeps what a whole run measured. Files that were not run lose their line. */
export function writeSeconds(measured: Seconds): void {
  const worth = Object.entries(measured)
    .map(([name, seconds]): [string, number] => [name, idleSeconds(seconds)])
    .filter(([, seconds]) => seconds >= WORTH_SECONDS)
    .map(([name, seconds]): [string, number] => [name, Number(seconds.toFixed(1))])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(worth), null, 2)}\n`)
}

/** How long a file of this kind may take, in seconds on an idle machine. */
export function budgetOf(name: string): number {
  return /\.(fleet|pg|stores|web|lab|days)\.test\.ts$/.test(name) ? 10 : 1
}

const DAYS = 'Thirty days of the whole program, and the seeds that once broke something.'
const DAEMONS = 'Real daemons do things in their own time; others work meanwhile.'
const BROWSER = 'Real servers, the program and a page in a browser.'
const REQUESTS = 'Many requests to a real server on a socket, some 30 ms each.'
const MOMENTS = 'Each moment at which something may be broken off, one after the other.'
const CASES = 'Many cases of some milliseconds each.'
const STRETCHED = 'Passwords are stretched as in earnest, which is meant to take its time.'
const RANDOM = 'Random stories, each compared with a plain model.'

/** Why a file may take longer anyway. */
export const reasons: Readonly<Record<string, string>> = {
  'lab/simulation/simulation.days.test.ts': DAYS,
  'src/automation/actions/quarantines.test.ts': CASES,
  'src/automation/actions/rule-action-queue.test.ts': CASES,
  'src/automation/alerts/health-monitor.test.ts': CASES,
  'src/automation/alerts/recheck-watch.test.ts': CASES,
  'src/automation/arr/library-reader.test.ts': CASES,
  'src/automation/sagas/fail-download.test.ts': MOMENTS,
  'src/automation/supervision/exact-keys.test.ts': CASES,
  'src/clients/conformance.lab.test.ts': DAEMONS,
  'src/clients/qbittorrent/verbs.test.ts': CASES,
  'src/clients/rtorrent/true-texts.test.ts': CASES,
  'src/config/edit/write-back.test.ts': RANDOM,
  'src/disk/erase.test.ts': MOMENTS,
  'src/executor/actions.test.ts': CASES,
  'src/executor/unconfirmed-removals.test.ts': CASES,
  'src/http/live/live-sockets.test.ts': REQUESTS,
  'src/http/routes/torrent-actions.test.ts': REQUESTS,
  'src/http/routes/users.test.ts': STRETCHED,
  'src/http/security/compression.test.ts': REQUESTS,
  'src/http/security/security-headers.test.ts': REQUESTS,
  'src/lib/bounded-body.test.ts': CASES,
  'src/library/library-store.test.ts': CASES,
  'src/links/link-doubts.test.ts': CASES,
  'src/orphans/orphan-remover.test.ts': MOMENTS,
  'src/ownership/ownership.test.ts': CASES,
  'src/qbitrr-migration/take-over.test.ts': CASES,
  'src/registry/import/import.test.ts': STRETCHED,
  'src/searching/search-service.test.ts': MOMENTS,
  'src/searching/year.test.ts': RANDOM,
  'src/store/sqlite.test.ts': MOMENTS,
  'src/trash/recycle-torrent.test.ts': MOMENTS,
  'src/views/query.test.ts': RANDOM,
  'web/journeys/first-run.web.test.ts': BROWSER,
  'web/journeys/pages.web.test.ts': BROWSER,
  'web/journeys/titles.web.test.ts': BROWSER,
  'web/journeys/searches.web.test.ts': BROWSER,
  'web/journeys/wanted.web.test.ts': BROWSER,
}
