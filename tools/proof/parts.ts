/**
 * What belongs to which proof. `npm test` is the quick one: all tests but `fullOnly`. The full one is all tests, in parts
 * of at most twenty minutes, each with all of its cases (`COMMODARR_FULL`).
 */
import {globSync} from 'node:fs'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {FurtherPackage} from '#lab/daemons/provision.ts'
import type {Suite} from '#lab/daemons/suites.ts'
import {root} from '../steps.ts'

export const projects = ['unit', 'pg', 'fleet', 'days', 'web', 'lab'] as const
export type Project = (typeof projects)[number]

/** Files that fit, as paths below the root. */
export function filesOf(patterns: readonly string[]): readonly string[] {
  return globSync(patterns, {cwd: root}).toSorted()
}

/** Real kills, real clocks, and what is long: for the full proof alone. */
export const fullOnly: readonly string[] = [
  'src/clients/deluge/completed-folder.lab.test.ts',
  'src/clients/reach.lab.test.ts',
  'src/clients/rtorrent/rtorrent.lab.test.ts',
  'src/clients/transfers.lab.test.ts',
  'src/clients/two-servers.lab.test.ts',
  'src/media/ffprobe.lab.test.ts',
  'src/app/people-storage.pg.test.ts',
  'src/automation-state/kill.fleet.test.ts',
  'src/links/persistence/health-memory.fleet.test.ts',
  'src/store/kill.{fleet,pg}.test.ts',
  // The whole API as everybody.
  'test/attack/{attack.fleet,behind-nginx.lab,first-run.fleet}.test.ts',
  'test/program/{journal-ends,people-sign-in,people-storage}.fleet.test.ts',
  'test/program/promtool.lab.test.ts',
  // `test/program/fuzz` asks the same of every route, with fewer requests.
  'src/http/fuzz.fleet.test.ts',
  'test/program/fuzz-program.fleet.test.ts',
  // One row of the pairs is in the quick proof, with the cases that once failed; all of them are in `danger-pairs`.
  'test/danger/{one-danger-*,manners,no-danger,pairs-deluge,pairs-rtorrent,pairs-transmission}.fleet.test.ts',
  'test/end-to-end/*.lab.test.ts',
  // Minutes of the whole program, each for one figure.
  'test/program/{arr-questions,first-tidy,internet,managers,named-paths,restarts,storage-away,storage-full}.fleet.test.ts',
  // Hours or days of it in one test; simulated days live through the same with other seeds.
  'test/scenarios/{auto-delete,copies,dangerous-files,deluge-labels,loops,observing,people,purges,unwell-arr,wrong-unit}.fleet.test.ts',
  'test/scenarios/s{01-short-lists,05-same-hash,08-free-space,13-recovery,13-trackers,35-named-removals,37-obligations}.fleet.test.ts',
  'test/scenarios/s{38-neighbours,45-later-protection,50-common-cause,51-imported-files,51-library-away,52-taken-over,54-two-commodarrs,55-lost-in-check,56-wrong-mapping}.fleet.test.ts',
  // Parts `removals-*` do the same by every route.
  'test/program/removals.lab.test.ts',
  // Installs from the registry, once for each Node.
  'test/start/fresh.fleet.test.ts',
  'tools/proof/breaks.fleet.test.ts',
  'tools/proof/canaries.fleet.test.ts',
  'web/journeys/{asking-why,attention,base-path,clock,confirming,demo,details}.web.test.ts',
  'web/journeys/{following,full-disk,keyboard,large,limit-ends,long-actions,lost-settings,move-in,narrow}.web.test.ts',
  'web/journeys/{one-key,orphans,owing,people,reconnecting,servers,settings,short-night,storage,toasts,trash,unblocking,undo}.web.test.ts',
  'web/journeys/{adding,finding,first-row,library,phone,torrent-history}.web.test.ts',
]

const [earlyJourneys = '', middleJourneys = '', lateJourneys = ''] = fullOnly.filter((it) =>
  it.endsWith('.web.test.ts'),
)

/** The daemons of the quick proof. */
export const quickSuites: readonly Suite[] = ['bookworm']

export interface Part {
  readonly name: string
  /** In words, for the table. */
  readonly proves: string
  readonly projects: readonly Project[]
  /** Of their files those that fit one of these; default: all. */
  readonly files?: readonly string[]
  /** Whose daemons it needs; default: none. */
  readonly suites?: readonly Suite[]
  /** What else of Debian it needs; default: nothing. */
  readonly packages?: readonly FurtherPackage[]
  readonly env?: Readonly<Record<string, string>>
  /** It runs in the network of the machine, not in one of its own: it fetches packages. */
  readonly fetches?: boolean
}

const perSuite = ['src/clients/*.lab.test.ts', 'src/clients/*/*.lab.test.ts', 'src/media/*.lab.test.ts']
const DAYS_PARTS = 8

function days(share: number): Part {
  return {
    name: `days-${share}`,
    proves: 'an eighth of 1,000 simulated days, and of the seeds that once broke something',
    projects: ['days'],
    env: {COMMODARR_SHARE: `${share}/${DAYS_PARTS}`},
  }
}

function lab(suite: Suite): Part {
  return {
    name: `lab-${suite}`,
    proves: `every client on the real daemons of Debian ${suite}`,
    projects: ['lab'],
    files: perSuite,
    suites: [suite],
  }
}

function removals(kind: ServerKind): Part {
  return {
    name: `removals-${kind}`,
    proves: `removals from real ${kind}s by every route, in every passing state, beside whoever has the same files`,
    projects: ['lab'],
    files: [`test/end-to-end/removals-${kind}.lab.test.ts`],
    suites: ['bookworm', 'sid'],
  }
}

/** Scenarios of safety, by their numbers. */
const safety = [
  {
    name: 'safety-lists',
    proves: 'lists, clocks, Arrs, disks and neighbours',
    numbers: '{0[0-9],1[0-9],2[0-9],3[0-8]}',
  },
  {name: 'safety-orders', proves: 'restored data, other lives, later protection', numbers: '{39,4[0-9]}'},
  {name: 'safety-causes', proves: 'common causes, libraries, taken over, others', numbers: '{5,6}[0-9]'},
] as const

/** In the order in which they are run. */
export const parts: readonly Part[] = [
  {
    name: 'storage',
    proves: 'units and storage, all cases; PostgreSQL that crashes',
    projects: ['unit', 'pg'],
  },
  {
    name: 'program',
    proves:
      'the whole program against simulators, every case: faults, kills, people, the whole access matrix',
    projects: ['fleet'],
    files: ['{src,lab}/**/*.fleet.test.ts', 'test/!(attack|danger|scenarios|start)/**/*.fleet.test.ts'],
  },
  {
    name: 'attack',
    proves: 'who may what, by attacks from outside over the whole API',
    projects: ['fleet'],
    files: ['test/attack/*.fleet.test.ts'],
  },
  {
    name: 'attack-proxy',
    proves: 'the same attacks through nginx as people begin with it, which tells no addresses',
    projects: ['lab'],
    files: ['test/attack/*.lab.test.ts'],
    suites: ['bookworm'],
  },
  {
    name: 'start',
    proves: 'installation, start and end: every place, user, Node, flag and signal',
    projects: ['fleet'],
    files: ['test/start/*.fleet.test.ts'],
    fetches: true,
  },
  {
    name: 'scenarios',
    proves: 'what rules do to torrents, downloads and imports over hours and days',
    projects: ['fleet'],
    files: ['test/scenarios/!(s[0-9]*).fleet.test.ts'],
  },
  ...safety.map(({name, proves, numbers}): Part => ({
    name,
    proves: `what could cost data, lived through: ${proves}`,
    projects: ['fleet'],
    files: [`test/scenarios/s${numbers}-*.fleet.test.ts`],
  })),
  {
    name: 'danger',
    proves: 'each danger alone, by an oracle apart from the product',
    projects: ['fleet'],
    files: ['test/danger/!(pairs-*|triples-*).fleet.test.ts'],
  },
  {
    name: 'danger-pairs',
    proves: 'every two dangers together, by the same oracle',
    projects: ['fleet'],
    files: ['test/danger/pairs-*.fleet.test.ts'],
  },
  ...[serverKinds.slice(0, 2), serverKinds.slice(2)].map((kinds, at): Part => ({
    name: `danger-triples-${at + 1}`,
    proves: `every three dangers together on ${kinds.join(' and ')}, by the same oracle`,
    projects: ['fleet'],
    files: kinds.map((kind) => `test/danger/triples-${kind}.fleet.test.ts`),
  })),
  {
    name: 'canaries',
    proves: 'that a defect in the product turns each kind of test red',
    projects: ['fleet'],
    files: ['tools/proof/canaries.fleet.test.ts'],
    suites: ['bookworm'],
  },
  {
    name: 'breaks',
    proves: 'that simulated days notice each of the ten worst defects, put back into the product',
    projects: ['fleet'],
    files: ['tools/proof/breaks.fleet.test.ts'],
  },
  {
    name: 'browser-main',
    proves: 'the main journeys in a real browser, all of their cases',
    projects: ['web'],
    files: filesOf(['web/**/*.web.test.ts']).filter(
      (it) => !filesOf([earlyJourneys, middleJourneys, lateJourneys]).includes(it),
    ),
    suites: ['bookworm'],
  },
  {
    name: 'browser-more',
    proves: 'the other journeys in a real browser, from A to D',
    projects: ['web'],
    files: [earlyJourneys],
    suites: ['bookworm'],
  },
  {
    name: 'browser-middle',
    proves: 'the other journeys in a real browser, from E to N',
    projects: ['web'],
    files: [middleJourneys],
    suites: ['bookworm'],
  },
  {
    name: 'browser-rest',
    proves: 'the other journeys in a real browser, from O to Z',
    projects: ['web'],
    files: [lateJourneys],
    suites: ['bookworm'],
  },
  lab('bookworm'),
  lab('trixie'),
  lab('sid'),
  {
    name: 'end-to-end',
    proves: 'downloads, copies and dying servers, with real daemons',
    projects: ['lab'],
    files: ['test/end-to-end/!(kills*|removals*).lab.test.ts', 'test/program/!(promtool).lab.test.ts'],
    suites: ['bookworm', 'trixie', 'sid'],
  },
  {
    name: 'metrics',
    proves: 'that Prometheus itself accepts the metrics',
    projects: ['lab'],
    files: ['test/program/promtool.lab.test.ts'],
    packages: ['prometheus'],
  },
  ...serverKinds.map(removals),
  {
    name: 'kills',
    proves: 'kills of the program among real daemons',
    projects: ['lab'],
    files: ['test/end-to-end/kills*.lab.test.ts'],
    suites: ['bookworm', 'trixie', 'sid'],
  },
  ...Array.from({length: DAYS_PARTS}, (_, at) => days(at + 1)),
]

/** What Debian must have besides the daemons for these tests. @param files as they are named on a command line */
export function packagesOf(files: readonly string[]): readonly FurtherPackage[] {
  const needing = parts.filter(({packages, files: patterns}) => {
    if (!packages || !patterns) return false
    return filesOf(patterns).some((its) => files.some((file) => file.endsWith(its)))
  })
  return needing.flatMap(({packages}) => packages!)
}

/** With the quick proof before it, a change is proved in half an hour. */
const LONGEST_TURN_SECONDS = 900

/** As `docs/proof.md` has it. */
export interface LastRun {
  readonly part: string
  readonly failed: number
  readonly seconds: number
}

/**
 * @param runs of each part the last one. What did not pass has no turn, as what it finds is known already; nor has what
 * takes longer than a quarter of an hour, which somebody runs by its name.
 * @returns the part whose turn it is: it follows from the commit, so that each comes again after some
 */
export function partOfCommit(commit: string, runs: readonly LastRun[]): Part {
  const fit = runs.filter(({failed, seconds}) => failed === 0 && seconds <= LONGEST_TURN_SECONDS)
  const ready = parts.filter(({name}) => fit.some(({part}) => part === name))
  const some = ready.length > 0 ? ready : parts
  return some[Number.parseInt(commit.slice(0, 8), 16) % some.length]!
}
