import {expect, test} from 'vitest'
import {violations} from './invariants.ts'
import type {ArrivedCommand, Happening, JournalLine, Seen, WorldRecord} from './record.ts'

const HOUR_MS = 3_600_000
const [server, hash, arr] = ['qBit-0', 'a'.repeat(40), 'radarr0']

const stalled: Seen = {
  hash,
  arr,
  isComplete: false,
  isImported: false,
  ratio: 0,
  seedingTime: 0,
  seededBefore: 0,
  owes: false,
  keptSince: null,
  ordered: null,
  ignoredSince: null,
  libraryAwayMs: 0,
  causes: {stalled: 0},
}
const seeded: Seen = {
  ...stalled,
  isComplete: true,
  isImported: true,
  ratio: 3,
  seedingTime: 90_000,
  causes: {},
}

const removal: ArrivedCommand = {
  what: 'command',
  at: HOUR_MS,
  server,
  verb: 'removeWithData',
  hidden: 0,
  silentMs: 0,
  torrents: [stalled],
  announced: [{seq: 1, hash, rule: 'films.stalled'}],
}

const lost = {seq: 1, hash, rule: 'films.missing-files'}
const byPerson = {seq: 1, hash, rule: null}

const line: JournalLine = {
  seq: 1,
  id: '1',
  at: 0,
  server,
  hash,
  verb: 'removeWithData',
  phase: 'intended',
  ruleId: 'films.stalled',
  reason: 'stalled',
}

const end: Happening = {what: 'end', at: 9 * HOUR_MS, openSagas: [], openEntries: [], stopped: []}
const trusted = {serverTroubleMs: 0, torrent: null} as const
const blocklisted = {what: 'blocklisted', at: HOUR_MS, arr, hash, ...trusted} as const
const searched = {what: 'searched', at: HOUR_MS, arr, unit: 1, times: 1, by: 'anybody'} as const

function recordOf(happenings: readonly Happening[], changes: Partial<WorldRecord> = {}): WorldRecord {
  return {
    happenings: [...happenings, end],
    journal: [line],
    limits: {stalledDelay: 900, maxRatio: 2, maxSeedingTime: 86_400, needsBoth: true},
    debt: null,
    unitsOf: new Map([[hash, [1]]]),
    ...changes,
  }
}

/** So many removals, each otherwise. */
function removalsOf(
  count: number,
  changes: (n: number) => {server?: string; at?: number; rule?: string},
): ArrivedCommand[] {
  return Array.from({length: count}, (_, n) => {
    const {rule = 'films.stalled', ...where} = changes(n)
    return {...removal, ...where, announced: [{seq: 1, hash, rule}]}
  })
}

test('a failure that was reported, removed and searched again once breaks nothing', () => {
  expect(violations(recordOf([blocklisted, removal, searched]))).toEqual([])
})

test('what is imported and has paid may go', () => {
  expect(violations(recordOf([{...removal, torrents: [seeded]}]))).toEqual([])
})

test('what a person has us remove is theirs to decide', () => {
  const own = {...seeded, arr: null, isImported: false, ratio: 0, ordered: 'itself'} as const
  expect(violations(recordOf([{...removal, torrents: [own], announced: [byPerson]}]))).toEqual([])
})

test('what lost its files, or was ignored a moment ago, may go', () => {
  const gone = {...seeded, causes: {missingFiles: 0}}
  expect(violations(recordOf([{...removal, torrents: [gone], announced: [lost]}]))).toEqual([])
  const ignored = {...stalled, ignoredSince: HOUR_MS - 60_000}
  expect(violations(recordOf([{...removal, torrents: [ignored]}]))).toEqual([])
})

const broken: readonly (readonly [invariant: string, record: WorldRecord])[] = [
  ['onlyNamedServers', recordOf([{...removal, server: 'qBit-1'}])],
  ['onlyNamedServers', recordOf([{...removal, verb: 'stop'}], {journal: []})],
  ['announcedFirst', recordOf([{...removal, announced: []}])],
  ['keptStays', recordOf([{...removal, torrents: [{...stalled, keptSince: 1_000}]}])],
  ['keptStays', recordOf([{...removal, torrents: [{...stalled, arr: null}]}])],
  ['provenAndPaid', recordOf([{...removal, torrents: [{...seeded, isImported: false}]}])],
  ['provenAndPaid', recordOf([{...removal, torrents: [{...seeded, ratio: 1.9}]}])],
  ['provenAndPaid', recordOf([{...removal, torrents: [{...seeded, seedingTime: 80_000}]}])],
  [
    'trackersPaid',
    recordOf([{...removal, torrents: [{...seeded, owes: true, causes: {rejected: 0}}]}], {
      debt: {ratio: 4, seedingTime: 80_000, needsBoth: true},
    }),
  ],
  ['trueCause', recordOf([{...removal, torrents: [{...stalled, causes: {}}]}])],
  ['trueCause', recordOf([{...removal, at: 700_000}])],
  ['trueCause', recordOf([removal], {journal: [{...line, reason: 'missingFiles'}]})],
  ['trueCause', recordOf([{...blocklisted, torrent: {...stalled, causes: {}}}, searched])],
  ['trueCause', recordOf([{...blocklisted, at: 700_000, torrent: stalled}, searched])],
  ['foundStays', recordOf([{...removal, torrents: [seeded], announced: [lost]}])],
  ['livesApart', recordOf([{...removal, torrents: [{...seeded, ordered: 'before'}], announced: [byPerson]}])],
  ['ignoredStays', recordOf([{...removal, torrents: [{...stalled, ignoredSince: 0}]}])],
  ['ignoredStays', recordOf([{...blocklisted, torrent: {...stalled, ignoredSince: 0}}, searched])],
  ['lastCopyStays', recordOf([{...removal, torrents: [{...seeded, libraryAwayMs: HOUR_MS}]}])],
  ['onlyFromTheHealthy', recordOf([{...removal, hidden: 3}])],
  ['onlyFromTheHealthy', recordOf([{...blocklisted, serverTroubleMs: HOUR_MS}])],
  ['searchedOnce', recordOf([blocklisted, searched, searched])],
  ['searchedOnce', recordOf([blocklisted, blocklisted])],
  ['onlyFromTheHealthy', recordOf([{...removal, silentMs: HOUR_MS}])],
  ['modesHold', recordOf([{what: 'mode', at: 0, rule: 'films.stalled', mode: 'off', seq: 0}])],
  ['withinBudgets', recordOf(removalsOf(21, (n) => ({server: `qBit-${n}`})))],
  ['withinBudgets', recordOf(removalsOf(101, (n) => ({server: `qBit-${n}`, at: n * 800_000})))],
  ['withinBudgets', recordOf(removalsOf(201, (n) => ({at: n * 400_000, rule: `rule ${n}`})))],
  ['withinBudgets', recordOf(removalsOf(4, (n) => ({at: n * 2 * HOUR_MS})))],
  ['withinBudgets', recordOf(Array.from({length: 21}, (_, n) => ({...blocklisted, hash: `${n}`})))],
  ['withinBudgets', recordOf(Array.from({length: 5}, () => searched))],
  ['withinBudgets', recordOf([{what: 'asked', at: HOUR_MS, name: arr, isServer: false, count: 373}])],
  ['withinBudgets', recordOf([{what: 'asked', at: HOUR_MS, name: server, isServer: true, count: 3_001}])],
  ['everythingEnds', recordOf([{...end, openSagas: ['failDownload']}])],
  ['everythingEnds', {...recordOf([]), happenings: [{...end, openSagas: ['failDownload']}]}],
  ['everythingEnds', {...recordOf([]), happenings: [{...end, openEntries: ['remove']}]}],
  ['everythingEnds', {...recordOf([]), happenings: [{...end, stopped: ['Radarr-0']}]}],
  ['bytesStay', recordOf([{what: 'fileLost', at: 0, server, hash, path: 'film.mkv'}])],
  ['bytesStay', recordOf([{what: 'fileLost', at: 0, server: 'nobody', hash: null, path: 'notes.txt'}])],
  ['livesApart', recordOf([{what: 'born', at: 0, server, hash, seq: 4}, removal], {journal: [line]})],
  [
    'livesApart',
    recordOf(
      [
        {what: 'born', at: 0, server, hash, seq: 4},
        {...removal, announced: [{seq: 6, hash, rule: null}]},
      ],
      {
        journal: [
          {...line, verb: 'failDownload'},
          {...line, id: '2', seq: 5},
          {...line, id: '2', seq: 6, phase: 'sending'},
          {...line, verb: 'failDownload', phase: 'confirmed', seq: 7},
        ],
      },
    ),
  ],
  [
    'repeatsEnd',
    recordOf([], {
      journal: Array.from({length: 9}, (_, n) => ({...line, phase: 'sending', id: `${n}`, seq: n})),
    }),
  ],
  ['noMistakes', recordOf([{what: 'mistake', at: 0, text: 'TypeError'}])],
  [
    'keptIsExplained',
    recordOf([{what: 'explained', at: 0, hash, sentence: 'Stays for good: no rule removes it.'}]),
  ],
]

for (const [at, [invariant, record]] of broken.entries()) {
  test(`${invariant} notices what breaks it (${at})`, () => {
    expect(violations(record).filter((it) => it.startsWith(`${invariant}: `))).not.toEqual([])
  })
}

test('budgets are held: three of a rule on a server in a day, and again after the clock was set', () => {
  const three = removalsOf(3, (n) => ({at: n}))
  const budget = (happenings: readonly Happening[]) =>
    violations(recordOf(happenings)).filter((it) => it.startsWith('withinBudgets'))
  const later = removalsOf(3, (n) => ({at: 10 + n}))
  expect(budget(three)).toEqual([])
  expect(budget([...three, ...later])).not.toEqual([])
  expect(budget([...three, {what: 'clockSet', at: 5}, ...later])).toEqual([])
  expect(budget([...three, ...removalsOf(3, (n) => ({at: 25 * HOUR_MS + n}))])).toEqual([])
  const again = removalsOf(1, () => ({at: 9})).map((it) => ({
    ...it,
    announced: [...it.announced, {seq: 2, hash, rule: 'films.metadata'}],
  }))
  expect(budget([...three, ...again])).toEqual([])
})

test('a rule that may act again does', () => {
  const modes = [
    {what: 'mode', at: 0, rule: 'films.stalled', mode: 'off', seq: -1},
    {what: 'mode', at: 0, rule: 'films.stalled', mode: 'live', seq: 0},
    {what: 'mode', at: 0, rule: 'films.metadata', mode: 'off', seq: 0},
  ] as const
  expect(violations(recordOf([...modes, blocklisted, removal, searched]))).toEqual([])
})

test('a search that a person asked for is no answer to a failure', () => {
  expect(violations(recordOf([{...searched, by: 'person'}, searched]))).toEqual([])
})

test('lost files are searched again, though the release is not blocklisted', () => {
  const lost = {...stalled, causes: {missingFiles: 0}}
  const record = recordOf([{...removal, torrents: [lost]}, searched])
  expect(violations({...record, journal: [{...line, reason: 'missingFiles'}]})).toEqual([])
})

test('a tracker knows what it saw before a torrent was removed and came again', () => {
  const debt = {ratio: 1, seedingTime: 100_000, needsBoth: true}
  const torrent = {...seeded, owes: true}
  const record = (seededBefore: number) =>
    recordOf([{...removal, torrents: [{...torrent, seededBefore}]}], {debt})
  expect(violations(record(9_000))).toContain(
    `trackersPaid: ${torrent.hash} was removed and owed its tracker`,
  )
  expect(violations(record(10_000)).filter((it) => it.startsWith('trackersPaid'))).toEqual([])
})

test('an Arr with an older database may be sent again what it does not know any more, and no other one', () => {
  const twice = (of: string) =>
    violations(recordOf([blocklisted, {what: 'arrRestored', at: HOUR_MS, arr: of}, blocklisted]))
  expect(twice(arr).filter((it) => it.startsWith('searchedOnce'))).toEqual([])
  expect(twice('radarr1')).toContain(`searchedOnce: ${hash} was blocklisted twice`)
})
