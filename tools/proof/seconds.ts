/** How long each test file takes in the quick proof, and how long it may. */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from '../steps.ts'

const file = join(root, 'tools/proof/seconds.json')

/** Files that take less are not worth a line. */
const WORTH_SECONDS = 0.2

/** Of those that are worth a line, by their path below the root. */
export type Seconds = Readonly<Record<string, number>>

export function knownSeconds(): Seconds {
  return JSON.parse(readFileSync(file, 'utf8')) as Seconds
}

/** Keeps what a whole run measured. Files that were not run lose their line. */
export function writeSeconds(measured: Seconds): void {
  const worth = Object.entries(measured)
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
const ROWS = 'Each row is a whole program of its own, and every pair of dangers has to come.'
/** No reason: it is to be made cheaper. */
const TO_CUT = 'Over its budget since 2026-11-23, measured with three files at a time.'

/** Why a file may take longer all the same. */
export const reasons: Readonly<Record<string, string>> = {
  'lab/simulation/simulation.days.test.ts': DAYS,
  'lab/simulators/replica.fleet.test.ts': TO_CUT,
  'src/accounts/passphrase.test.ts': TO_CUT,
  'src/app/examples.test.ts': TO_CUT,
  'src/app/people-storage.pg.test.ts': TO_CUT,
  'src/arr-client/simulated.fleet.test.ts': TO_CUT,
  'src/automation/actions/quarantines.test.ts': TO_CUT,
  'src/automation/actions/rule-action-queue.test.ts': TO_CUT,
  'src/automation/facts/rule-world.test.ts': TO_CUT,
  'src/automation/sagas/fail-download.test.ts': TO_CUT,
  'src/clients/conformance.lab.test.ts': DAEMONS,
  'src/clients/qbittorrent/verbs.test.ts': TO_CUT,
  'src/clients/rtorrent/add.test.ts': TO_CUT,
  'src/config/edit/toml-edit.test.ts': TO_CUT,
  'src/disk/erase.test.ts': TO_CUT,
  'src/executor/actions.test.ts': TO_CUT,
  'src/executor/unconfirmed-removals.test.ts': TO_CUT,
  'src/http/live/live-fleet.test.ts': TO_CUT,
  'src/http/live/live-sockets.test.ts': TO_CUT,
  'src/http/live/live-views.test.ts': TO_CUT,
  'src/http/routes/add-torrents.test.ts': TO_CUT,
  'src/http/routes/journal.test.ts': TO_CUT,
  'src/http/routes/removal-preview.test.ts': TO_CUT,
  'src/http/routes/session.test.ts': TO_CUT,
  'src/http/routes/torrent-actions.test.ts': TO_CUT,
  'src/http/routes/users.test.ts': TO_CUT,
  'src/http/security/compression.test.ts': TO_CUT,
  'src/http/security/security-headers.test.ts': TO_CUT,
  'src/http/server.test.ts': TO_CUT,
  'src/http/sign-in/authentication.test.ts': TO_CUT,
  'src/http/sign-in/door-browsers.test.ts': TO_CUT,
  'src/lib/collect.test.ts': TO_CUT,
  'src/links/persistence/health-memory.fleet.test.ts': TO_CUT,
  'src/orphans/orphan-remover.test.ts': TO_CUT,
  'src/registry/import/import.test.ts': TO_CUT,
  'src/registry/rules/service.test.ts': TO_CUT,
  'src/store/postgres.pg.test.ts': TO_CUT,
  'src/store/sqlite.test.ts': TO_CUT,
  'src/store/transfer/transfer.pg.test.ts': TO_CUT,
  'src/views/query.test.ts': TO_CUT,
  'test/access/access-matrix.fleet.test.ts': TO_CUT,
  'test/danger/pairs-rtorrent.fleet.test.ts': ROWS,
  'test/program/built.fleet.test.ts': TO_CUT,
  'test/program/demo.fleet.test.ts': TO_CUT,
  'test/program/faults.fleet.test.ts': TO_CUT,
  'test/program/fuzz.fleet.test.ts': TO_CUT,
  'test/program/internet.fleet.test.ts': TO_CUT,
  'test/program/live-config.fleet.test.ts': TO_CUT,
  'test/program/move-in.fleet.test.ts': TO_CUT,
  'test/program/people-door.fleet.test.ts': TO_CUT,
  'test/program/people-start.fleet.test.ts': TO_CUT,
  'test/program/people-storage.fleet.test.ts': TO_CUT,
  'test/program/people.fleet.test.ts': TO_CUT,
  'test/program/restarts.fleet.test.ts': TO_CUT,
  'test/scenarios/arr-answers.fleet.test.ts': TO_CUT,
  'test/scenarios/auto-delete.fleet.test.ts': TO_CUT,
  'test/scenarios/copies.fleet.test.ts': TO_CUT,
  'test/scenarios/inherited-downloads.fleet.test.ts': TO_CUT,
  'test/scenarios/purges.fleet.test.ts': TO_CUT,
  'test/scenarios/s01-short-lists.fleet.test.ts': TO_CUT,
  'test/scenarios/s09-path-rules.fleet.test.ts': TO_CUT,
  'web/journeys/acting.web.test.ts': BROWSER,
  'web/journeys/adding.web.test.ts': BROWSER,
  'web/journeys/arrs.web.test.ts': BROWSER,
  'web/journeys/finding.web.test.ts': BROWSER,
  'web/journeys/first-run.web.test.ts': BROWSER,
  'web/journeys/pages.web.test.ts': BROWSER,
  'web/journeys/phone.web.test.ts': BROWSER,
  'web/journeys/reconnecting.web.test.ts': BROWSER,
  'web/journeys/rules.web.test.ts': BROWSER,
}
