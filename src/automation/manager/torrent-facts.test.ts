import {expect, test} from 'vitest'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import {factNames, factOf, type FactName, type FactValue, type UnknownReason} from '#model/fact.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {anArr, aTracker, owing as owingOf} from '#rules/presets/inherited.fixture.ts'
import {owedBy} from './owed.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import {torrentFacts, withoutArr, type FactSurroundings} from './torrent-facts.ts'
import {arrSaying, NOW, subjectWith, type SubjectChanges} from './torrent-subject.fixture.ts'
import type {TorrentSubject} from './torrent-subject.ts'

const around: FactSurroundings = {
  now: () => NOW,
  sinceReported: () => 100,
  cutOffWithin: () => 0,
  timeZone: 'Europe/Vienna',
  obligation: () => null,
  phrases: () => noPhrases,
  looksUp: true,
}
const readers = torrentFacts(around)

function read(
  fact: FactName,
  changes: SubjectChanges = {},
  own: Partial<FactSurroundings> = {},
): FactValue | undefined {
  const mine = torrentFacts({...around, ...own})
  return mine.reader(fact, factOf(fact).windowed ? 600 : null)(subjectWith(changes))
}

const known: Partial<TorrentFactsRecord> = {
  firstSeenAt: NOW - 500,
  seedingObserved: 90,
  timesRemoved: 0,
  pinnedAt: null,
}
const remembering = (more: Partial<TorrentFactsRecord>) => ({
  rest: {remembered: {...known, ...more} as TorrentFactsRecord},
})

/** Bytes a second; `undefined` = something held it back. */
const gaining = (perSecond: number, freely?: number) => ({
  gained: (window: number) => window * perSecond,
  gainedFreely: (window: number) => (freely === undefined ? undefined : window * freely),
})

const table: readonly (readonly [fact: FactName, changes: SubjectChanges, value: FactValue | undefined])[] = [
  ['age', {}, 2 * DAY],
  ['age', {row: {addedAt: NOW}}, 0],
  ['age', {row: {addedAt: NOW + 1}}, undefined],
  ['sinceActivity', {row: {lastActivityAt: null}}, undefined],
  ['sinceCompleted', {}, DAY],
  ['stalledFor', {}, 0],
  ['stalledFor', {row: {state: 'stalledDown'}}, 60],
  ['stalledFor', {row: {state: 'stalledDown', lastActivityAt: null}}, 2 * DAY],
  ['metadataFor', {row: {state: 'metadata'}}, 2 * DAY],
  ['state', {row: {state: 'unknown'}}, undefined],
  ['eta', {}, undefined],
  ['ratio', {row: {ratio: Number.POSITIVE_INFINITY}}, undefined],
  ['ratioBySize', {}, 0.5],
  ['ratioBySize', {row: {size: 0}}, undefined],
  ['ratioLimit', {}, undefined],
  ['ratioLimit', {row: {ratioLimit: 2}}, 2],
  ['seedTimeLimit', {}, null],
  ['ratioLimitMet', {}, undefined],
  ['ratioLimitMet', {row: {ratioLimit: null}}, undefined],
  ['ratioLimitMet', {row: {ratioLimit: 0.5}}, true],
  ['ratioLimitMet', {row: {ratioLimit: 0.6}}, false],
  ['ratioLimitMet', {row: {ratioLimit: 0.5, ratio: Number.POSITIVE_INFINITY}}, undefined],
  ['seedTimeLimitMet', {row: {seedTimeLimit: DAY}}, true],
  ['seedTimeLimitMet', {row: {seedTimeLimit: DAY + 1}}, false],
  ['gained', {}, undefined],
  ['gained', {rest: {flow: gaining(2)}}, 1200],
  ['avgDown', {rest: {flow: gaining(2)}}, 2],
  // At 5 bytes a second that nothing held back, whatever came in otherwise.
  ['avgEta', {row: {amountLeft: 900}, rest: {flow: gaining(2, 5)}}, 180],
  ['avgEta', {row: {amountLeft: 900}, rest: {flow: gaining(2)}}, undefined],
  ['avgEta', {row: {amountLeft: 900}, rest: {flow: gaining(2, 0)}}, undefined],
  ['avgEta', {row: {amountLeft: undefined}, rest: {flow: gaining(2, 5)}}, undefined],
  ['tracker.class', {}, 'working'],
  ['tracker.class', {row: {trackerStatus: 'error', trackerMessage: 'Unregistered torrent'}}, 'unregistered'],
  ['tracker.class', {row: {trackerStatus: 'error', trackerMessage: 'something else'}}, undefined],
  ['tracker.class', {row: {trackerStatus: 'none'}}, undefined],
  ['tracker.allFailing', {row: {trackerStatus: 'unreachable'}}, true],
  ['tracker.allFailing', {row: {trackerStatus: 'warning'}}, false],
  ['tracker.anyWorking', {row: {trackerStatus: 'unknown'}}, undefined],
  ['obligation.met', {}, 'none'],
  ['obligation.met', {row: {isPrivate: true}}, 'no'],
  ['obligation.met', {row: {isPrivate: undefined}}, 'no'],
  ['obligation.met', {row: {isPrivate: true, ratio: 1}}, 'yes'],
  // Added again over its files, of which it downloaded a little.
  [
    'obligation.met',
    {row: {isPrivate: true, ratio: 1, uploaded: 20, downloaded: 20, completed: 1_000}},
    'no',
  ],
  [
    'obligation.met',
    {row: {isPrivate: true, ratio: 50, uploaded: 1_000, downloaded: 20, completed: 1_000}},
    'yes',
  ],
  // Its client lost a little of its count.
  [
    'obligation.met',
    {row: {isPrivate: true, ratio: 1, uploaded: 990, downloaded: 990, completed: 1_000}},
    'yes',
  ],
  ['obligation.met', {row: {isPrivate: true, ratio: undefined, seedingTime: undefined}}, undefined],
  ['obligation.timeLeft', {row: {isPrivate: true}}, 13 * DAY],
  ['arr.id', {}, null],
  ['arr.id', {rest: {arr: arrSaying}}, 'Radarr-4K'],
  ['arr.tracked', {}, undefined],
  ['arr.tracked', {rest: {arr: arrSaying}}, 'importPending'],
  ['arr.tracked', {rest: {arr: {...arrSaying, isTrusted: false}}}, undefined],
  ['arr.tracked', {rest: {arr: {...arrSaying, tracked: 'unknown'}}}, undefined],
  ['arr.scoreMet', {rest: {arr: arrSaying}}, undefined],
  ['arr.scoreMet', {rest: {arr: {...arrSaying, score: -5}}}, undefined],
  ['arr.scoreMet', {rest: {arr: {...arrSaying, score: -5, minScore: 0}}}, false],
  ['arr.scoreMet', {rest: {arr: {...arrSaying, score: 0, minScore: 0}}}, true],
  ['arr.anyImported', {rest: {arr: {...arrSaying, anyImported: false}}}, false],
  ['arr.anyImported', {rest: {arr: {...arrSaying, anyImported: false, isTrusted: false}}}, undefined],
  ['arr.importedEvidence', {rest: {arr: arrSaying}}, undefined],
  ['arr.importedEvidence', {rest: {arr: {...arrSaying, evidence: null}}}, null],
  ['arr.importedEvidence', {rest: {arr: {...arrSaying, evidence: 'history/1'}}}, 'history/1'],
  ['server.onlineFor', {}, 1000],
  ['server.onlineFor', {server: {status: 'warming'}}, 0],
  ['server.globalDownShare', {}, 0.5],
  ['server.globalDownShare', {server: {downLimit: null}}, 0],
  ['server.globalDownShare', {server: {downLimit: undefined}}, undefined],
  ['time.hour', {}, 13],
  ['time.weekday', {}, 'wed'],
  ['time.date', {}, '2026-03-04'],
  ['firstSeenAt', {}, undefined],
  ['firstSeenAt', remembering({}), NOW - 500],
  ['memory.protected', {}, false],
  ['memory.protected', {row: {tags: ['Keep']}}, true],
  ['memory.protected', {row: {tags: ['qBitrr-ignored']}}, true],
  ['memory.protected', {row: {tags: ['keeper']}}, false],
  ['memory.protected', {row: {tags: [' Keep ']}}, true],
  ['memory.protected', {row: {category: 'ＫＥＥＰ'}}, true],
  ['memory.protected', {row: {category: 'Keep'}}, true],
  ['idleLimit', {row: {idleLimit: 600}}, 600],
  ['idleLimit', {row: {idleLimit: 'inherit'}}, undefined],
  ['limitsInherited', {row: {idleLimit: 'inherit', ratioLimit: 2, seedTimeLimit: undefined}}, ['idle']],
  ['sequential', {row: {sequential: false}}, false],
  ['sequential', {row: {sequential: null}}, undefined],
  ['memory.protected', remembering({pinnedAt: NOW}), true],
  ['memory.returned', remembering({timesRemoved: 1}), true],
  ['memory.strikes', {}, undefined],
  ['memory.strikes', {rest: {strikes: () => 2}}, 2],
  ['memory.filtered', {}, undefined],
  ['memory.filtered', remembering({filteredAt: null}), false],
  ['memory.filtered', remembering({filteredAt: 1}), true],
  ['memory.categoryBefore', {}, undefined],
  ['memory.categoryBefore', remembering({categoryBefore: null}), null],
  ['memory.categoryBefore', remembering({categoryBefore: 'films'}), 'films'],
  ['content.linksOutside', {}, undefined],
  [
    'content.linksOutside',
    {rest: {lookedUp: new Map([['content.linksOutside', {value: 0, at: NOW, whyUnknown: null}]])}},
    0,
  ],
]

for (const [fact, changes, value] of table) {
  test(`${fact} is ${JSON.stringify(value)} with ${JSON.stringify(changes)}`, () => {
    expect(read(fact, changes)).toEqual(value)
  })
}

const away: readonly (readonly [string, SubjectChanges, string])[] = [
  ['is unreachable', {server: {status: 'unreachable'}}, 'serverNotOnline'],
  ['is warming', {server: {status: 'warming'}}, 'serverNotOnline'],
  ['lost more than a fifth of its torrents', {server: {populationDrop: 0.21}}, 'frozen'],
  ['did not list it', {row: {isListed: false}}, 'stale'],
]
const askedOfServer = [
  'state',
  'complete',
  'ratio',
  'category',
  'tags',
  'tracker.class',
  'obligation.met',
  'server.freeBytes',
] as const

for (const [words, changes, why] of away) {
  test(`S01 S02 S30 nothing is concluded from a server that ${words}, and it is said why`, () => {
    for (const fact of askedOfServer) {
      expect(read(fact, changes)).toBeUndefined()
      expect(readers.fact(fact, null, subjectWith(changes))).toEqual({
        unknown: why,
        since: NOW - 2000,
        source: 'qBit',
      })
    }
    expect(read('name', changes)).toBe('A torrent')
    expect(read('memory.protected', {...changes, row: {...changes.row, tags: ['keep']}})).toBe(true)
  })
}

test('B.12 what our own labels say is what the database says, and all others are those of its server', () => {
  const row = {tags: ['films', 'qBitrr-imported', 'qBitrr-ignored']}
  expect(read('tags', {row})).toEqual(['films', 'qBitrr-ignored'])
  const marked = remembering({marks: ['allowedStalled', 'imported']})
  expect(read('tags', {row: {tags: ['films']}, ...marked})).toEqual([
    'films',
    'qBitrr-allowed_stalled',
    'qBitrr-imported',
  ])
})

for (const internet of ['down', 'settling'] as const) {
  test(`S25 while our own internet is ${internet}, what trackers and peers show is unknown, and the rest is known`, () => {
    const changes: SubjectChanges = {server: {internet}}
    for (const fact of ['stalledFor', 'sinceActivity', 'gained', 'eta', 'tracker.class'] as const) {
      expect(read(fact, changes)).toBeUndefined()
      const window = factOf(fact).windowed ? 600 : null
      expect(readers.fact(fact, window, subjectWith(changes))).toMatchObject({unknown: 'noInternet'})
    }
    expect(read('tracker.hosts', changes)).toEqual(read('tracker.hosts'))
    expect([read('state', changes), read('ratio', changes)]).toEqual([read('state'), read('ratio')])
  })
}

test('S29 for who may not know its Arr everything of that is unknown, and nothing else', () => {
  const hidden = withoutArr(readers, ({row}) => row.category === 'films')
  const ofHidden = subjectWith({rest: {arr: arrSaying}})
  const other = subjectWith({row: {category: 'tv'}, rest: {arr: arrSaying}})
  for (const fact of factNames.filter((name) => name.startsWith('arr.'))) {
    expect(hidden.reader(fact, null)(ofHidden)).toBeUndefined()
    expect(hidden.fact(fact, null, ofHidden)).toEqual({unknown: 'notAllowed', since: null, source: 'Arr'})
    expect(hidden.fact(fact, null, other)).toEqual(readers.fact(fact, null, other))
    expect(hidden.reader(fact, null)(other)).toEqual(readers.reader(fact, null)(other))
  }
  expect(hidden.reader('ratio', null)(ofHidden)).toBe(0.5)
  expect(hidden.fact('ratio', null, ofHidden)).toEqual(readers.fact('ratio', null, ofHidden))
})

test('whatever is said of an Arr names it as the source, and of what no Arr has none', () => {
  const ofNone = subjectWith({rest: {arr: null}})
  for (const fact of factNames.filter((name) => name.startsWith('arr.'))) {
    expect(readers.fact(fact, null, subjectWith({rest: {arr: arrSaying}}))).toMatchObject({
      source: arrSaying.arrId,
    })
    expect(readers.fact(fact, null, ofNone)).toMatchObject({source: 'Arr'})
  }
})

test('a fifth missing is not yet too much, and degraded is online', () => {
  expect(read('state', {server: {populationDrop: 0.2}})).toBe('seeding')
  expect(read('state', {server: {populationDrop: undefined}})).toBe('seeding')
  expect(read('state', {server: {status: 'degraded'}})).toBe('seeding')
})

test('S03 while the time is unknown, ages and hours are unknown, and what does not need it is known', () => {
  const timeless = {now: () => undefined}
  for (const fact of ['age', 'sinceActivity', 'sinceCompleted', 'time.hour', 'time.date'] as const) {
    expect(read(fact, {}, timeless)).toBeUndefined()
  }
  expect(read('stalledFor', {row: {state: 'stalledDown'}}, timeless)).toBeUndefined()
  expect(read('seedingTime', {}, timeless)).toBe(DAY)
})

test('what was looked up counts no longer than what its server reports, and says why it could not be', () => {
  const looked = (value: number | undefined, whyUnknown: UnknownReason | null): SubjectChanges => ({
    rest: {lookedUp: new Map([['content.linksOutside', {value, at: NOW, whyUnknown}]])},
  })
  expect(read('content.linksOutside', {...looked(0, null), server: {status: 'unreachable'}})).toBeUndefined()
  const subject = subjectWith(looked(undefined, 'notSupported'))
  expect(readers.fact('content.linksOutside', null, subject)).toMatchObject({
    unknown: 'notSupported',
    since: NOW,
  })
  expect(readers.fact('content.linksOutside', null, subjectWith())).toMatchObject({unknown: 'notRead'})
})

test('S30 of what another server keeps unknown that server is named, unless its own says nothing', () => {
  const away = {id: asServerId('other'), name: 'The other'}
  const looked = {value: undefined, at: NOW, whyUnknown: 'serverNotOnline' as const, server: away}
  const rest = {lookedUp: new Map([['content.onOtherServer', looked] as const])}
  const reported = (status: 'online' | 'unreachable') =>
    readers.fact('content.onOtherServer', null, subjectWith({rest, server: {status}}))
  expect(reported('online')).toMatchObject({unknown: 'serverNotOnline', server: away})
  expect(reported('unreachable')).not.toHaveProperty('server')
})

test('what an Arr has to be asked for is not read yet, so that it is asked', () => {
  const why = (rest: SubjectChanges['rest'], fact: FactName) =>
    readers.fact(fact, null, subjectWith({...(rest && {rest})}))
  expect(why({arr: arrSaying}, 'arr.importedEvidence')).toMatchObject({unknown: 'notRead'})
  expect(why({arr: arrSaying}, 'arr.requested')).toMatchObject({unknown: 'missing'})
  expect(why({arr: {...arrSaying, isTrusted: false}}, 'arr.hasFile')).toMatchObject({unknown: 'stale'})
  expect(why({}, 'arr.hasFile')).toMatchObject({unknown: 'missing'})
})

test('S15 where each tracker was looked at, all of them together count', () => {
  const trackers = (...classes: string[]): SubjectChanges => ({
    row: {trackerStatus: 'error', trackerMessage: 'unregistered torrent'},
    rest: {lookedUp: new Map([['tracker.classes', {value: classes, at: NOW, whyUnknown: null}]])},
  })
  expect(read('tracker.class', trackers('temporary', 'unregistered'))).toBe('temporary')
  expect(read('tracker.class', trackers('unregistered', 'unregistered'))).toBe('unregistered')
  const inVain = {value: undefined, at: NOW, whyUnknown: 'unreadable' as const}
  const unseen = {...trackers(), rest: {lookedUp: new Map([['tracker.classes', inVain] as const])}}
  expect(read('tracker.class', unseen)).toBe(undefined)
})

const owing = {
  profile: 'x',
  need: 'both',
  ratio: null,
  time: 30 * DAY,
  buffer: 0,
  fromProgress: 0,
  partialRatio: null,
} as const
test('a tracker that has another host name now is owed as before, and is no tracker of it for rules', () => {
  const hitAndRun = {mode: 'and', ratio: 3, time: DAY, buffer: 0, fromProgress: 0, partialRatio: 0} as const
  const section = {
    ...anArr({categories: ['films'], trackers: [aTracker('b.example', {hitAndRun})]}),
    arrId: null,
  }
  const obligation = (subject: TorrentSubject) => owedBy(owingOf([section]), subject)
  const under = (...trackersSeen: readonly string[]) => ({
    row: {trackerHosts: ['b-new.example']},
    rest: {remembered: {...known, trackersSeen} as TorrentFactsRecord},
  })
  expect(read('tracker.hosts', under('b.example'))).toEqual(['b-new.example'])
  expect(read('obligation.profile', under('b.example'), {obligation})).toBe('b.example')
  expect(read('obligation.profile', under('b-new.example'), {obligation})).toBeNull()
})

const [LOST, KNOWN] = [NOW - 9 * DAY * 1_000, NOW - 8 * DAY * 1_000]
const AFTER = KNOWN + 3_600_000
for (const [what, trackersFoundAt, more, isOwed] of [
  ['was found before the lost time', LOST - 1, {}, false],
  ['was seen to get its trackers', null, {}, false],
  ['is new to the database', LOST + 1, {firstSeenAt: LOST + 1}, true],
  ['was kept under others', LOST + 1, {}, true],
  ['was kept under others, on a server that was away', AFTER, {}, true],
  ['was kept under others, on a server that was away for a week', KNOWN + 7 * DAY * 1_000, {}, true],
  ['was kept under others, and got them after that', KNOWN + 7 * DAY * 1_000 + 1, {}, false],
  ['is new, on a server that was away', AFTER, {firstSeenAt: AFTER, addedAt: LOST}, true],
  ['is new, on a server that does not tell', AFTER, {firstSeenAt: AFTER, addedAt: undefined}, true],
  ['was added since', AFTER, {firstSeenAt: AFTER, addedAt: AFTER - 1}, false],
  ['is new, on a server that is', NOW, {firstSeenAt: NOW, addedAt: LOST}, false],
  ['is on the server of a member for whom nothing is lost', LOST + 1, {servers: ['other']}, false],
  ['is on the server of a member for whom it is', LOST + 1, {servers: ['qBit']}, true],
] as const) {
  test(`after a lost time a torrent that ${what} owes what ${isOwed ? 'any row asks' : 'its own rows ask'}`, () => {
    const {
      servers = null,
      firstSeenAt = LOST - 1,
      ...row
    } = {addedAt: LOST - 1, ...more} as {
      readonly servers?: readonly string[]
      readonly firstSeenAt?: number
      readonly addedAt: number | undefined
    }
    const hitAndRun = {mode: 'and', ratio: 3, time: DAY, buffer: 0, fromProgress: 0, partialRatio: 0} as const
    const trackers = [aTracker('b.example', {hitAndRun})]
    const section = {...anArr({categories: ['films'], trackers}), arrId: null}
    const lostTimes = [{servers, from: LOST, to: KNOWN}]
    const obligation = (subject: TorrentSubject) => owedBy({...owingOf([section]), lostTimes}, subject)
    const changes = {
      row: {trackerHosts: ['b-new.example'], isPrivate: false, ...row},
      rest: {remembered: {...known, firstSeenAt, trackersFoundAt} as TorrentFactsRecord},
    }
    const profile = read('obligation.profile', changes, {obligation})
    expect(typeof profile === 'string' && profile.startsWith('b.example')).toBe(isOwed)
  })
}

const forgotten = (value: boolean | undefined) => ({
  rest: {
    ...remembering({}).rest,
    lookedUp: new Map([
      [
        'tracker.forgotten' as const,
        {value, at: NOW, whyUnknown: value === undefined ? ('missing' as const) : null},
      ],
    ]),
  },
})

for (const [what, listed, looked, expected] of [
  ['the list alone', ['a.example'], undefined, ['a.example']],
  [
    'both, of which the list lacks one',
    ['a.example'],
    ['a.example', 'b.example'],
    ['a.example', 'b.example'],
  ],
  ['both, of which the list has none', [], ['b.example'], ['b.example']],
  ['both, of which the look lacks one', ['a.example'], [], ['a.example']],
  ['a look alone', undefined, ['b.example'], ['b.example']],
  ['a list, beside a look that failed', ['a.example'], 'failed', undefined],
  ['nobody', undefined, undefined, undefined],
] as const) {
  test(`the trackers of a torrent, and whom it owes, by ${what}`, () => {
    const value = looked === 'failed' ? undefined : looked
    const whyUnknown = looked === 'failed' ? ('unreadable' as const) : null
    const look = looked === undefined ? [] : [['tracker.hosts', {value, at: NOW, whyUnknown}] as const]
    const changes = {row: {trackerHosts: listed}, rest: {lookedUp: new Map(look)}}
    expect(read('tracker.hosts', changes)).toEqual(expected)
    const hitAndRun = {mode: 'and', ratio: 3, time: DAY, buffer: 0, fromProgress: 0, partialRatio: 0} as const
    const trackers = [aTracker('b.example', {hitAndRun})]
    const section = {...anArr({categories: ['films'], trackers}), arrId: null}
    const obligation = (subject: TorrentSubject) => owedBy(owingOf([section]), subject)
    const isOwed = expected?.some((host) => host === 'b.example') === true
    const profile = expected === undefined ? 'trackers cannot be read' : isOwed ? 'b.example' : null
    expect(read('obligation.profile', changes, {obligation})).toBe(profile)
  })
}

for (const [says, row, isAsked] of [
  ['unregistered', {trackerStatus: 'error', trackerMessage: 'Unregistered torrent'}, true],
  ['nothing that its list tells', {trackerStatus: 'error', trackerMessage: undefined}, true],
  ['nothing at all', {trackerStatus: 'unknown', trackerMessage: undefined}, true],
  ['that it works', {trackerStatus: 'ok', trackerMessage: 'Unregistered torrent'}, false],
  ['that it is down', {trackerStatus: 'error', trackerMessage: 'Connection timed out'}, false],
  ['no answer', {trackerStatus: 'unreachable', trackerMessage: undefined}, false],
  ['something about an account', {trackerStatus: 'error', trackerMessage: 'Account not registered'}, false],
  ['that it was trumped', {trackerStatus: 'error', trackerMessage: 'Trumped'}, false],
] as const) {
  test(`S37 what is owed to a tracker that says ${says} ${isAsked ? 'ends when it was forgotten permanently' : 'stays owed'}`, () => {
    const own = {obligation: () => owing}
    const met = (rest: Pick<SubjectChanges, 'rest'>, more: Partial<FactSurroundings> = {}) =>
      read('obligation.met', {row, ...rest}, {...own, ...more})
    const behind = (changes: SubjectChanges) =>
      torrentFacts({...around, ...own}).looksBehind!('obligation.met')!(subjectWith(changes))
    expect(behind({row})).toEqual(isAsked ? ['tracker.forgotten'] : [])
    // Until somebody looked nobody can say; and who cannot look takes it as owed.
    expect(met(remembering({}))).toBe(isAsked ? undefined : 'no')
    expect(met(remembering({}), {looksUp: false})).toBe('no')
    for (const value of [false, undefined]) expect(met(forgotten(value))).toBe('no')
    expect(met(forgotten(true))).toBe(isAsked ? 'yes' : 'no')
  })
}

test('S37 what is unknown until it is looked up says so, and a server that is silent or cut off says nothing', () => {
  const mine = torrentFacts({...around, obligation: () => owing})
  const row = {trackerStatus: 'error', trackerMessage: 'Unregistered torrent'} as const
  const why = (changes: SubjectChanges) => mine.fact('obligation.met', null, subjectWith({row, ...changes}))
  expect(why({})).toMatchObject({unknown: 'notRead'})
  expect(why({server: {status: 'unreachable'}, ...forgotten(true)})).toMatchObject({
    unknown: 'serverNotOnline',
  })
  expect(why({server: {internet: 'down'}, ...forgotten(true)})).toMatchObject({value: 'no'})
  expect(mine.looksBehind!('ratio')).toBeNull()
  expect(mine.looksBehind!('obligation.profile')).toBeNull()
})

test('S16 of the seeding time of the server and the one we saw the longer counts', () => {
  const asked = {
    profile: 'x',
    need: 'both',
    ratio: null,
    time: 100,
    buffer: 0,
    fromProgress: 0,
    partialRatio: null,
  } as const
  const own = {obligation: () => asked}
  expect(read('obligation.met', {row: {seedingTime: 0}, ...remembering({seedingObserved: 100})}, own)).toBe(
    'yes',
  )
  expect(read('obligation.met', {row: {seedingTime: 0}, ...remembering({seedingObserved: 99})}, own)).toBe(
    'no',
  )
  expect(
    read('obligation.met', {row: {seedingTime: undefined}, ...remembering({seedingObserved: 99})}, own),
  ).toBeUndefined()
})

test('S37 what was uploaded before a move counts as its tracker adds it up, and what is not reported stays unknown', () => {
  const asked = {
    profile: 'x',
    need: 'both',
    ratio: 1,
    time: null,
    buffer: 0,
    fromProgress: 0,
    partialRatio: null,
  } as const
  const own = {obligation: () => asked}
  const life = (uploaded: number, downloaded: number) => ({life: `A ${uploaded}`, uploaded, downloaded})
  const of = (row: SubjectChanges['row'], ...countedBefore: ReturnType<typeof life>[]) => ({
    row: {size: 10, completed: 10, downloaded: 0, ratio: 0, ...row},
    ...remembering({countedBefore}),
  })
  // Laid beside its data, the copy downloaded nothing.
  const laid = of({uploaded: 4, ratio: 0.4}, life(8, 10))
  expect([read('uploaded', laid), read('downloaded', laid), read('ratio', laid)]).toEqual([12, 10, 1.2])
  expect(read('obligation.met', laid, own)).toBe('yes')
  // Downloaded once more, its tracker has counted both.
  const fetched = of({uploaded: 4, downloaded: 10, ratio: 0.4}, life(8, 10))
  expect([read('ratio', fetched), read('obligation.met', fetched, own)]).toEqual([0.6, 'no'])
  expect(read('obligation.met', of({uploaded: 10, downloaded: 10, ratio: 1}, life(0, 10)), own)).toBe('no')
  const silent = of({uploaded: undefined, ratio: undefined}, life(80, 10))
  expect([read('ratio', silent), read('obligation.met', silent, own)]).toEqual([undefined, undefined])
  expect(read('ratio', of({uploaded: 4, ratio: 0.4}))).toBe(0.4)
})

test('S16 a server that keeps no account of seeding is believed for the time before we saw a torrent alone', () => {
  const of = (seedingTime: number, completedAt: number | null, seedingObserved: number) => ({
    row: {seedingTime, completedAt, seedTimeLimit: 100},
    server: {countsSeeding: false},
    ...remembering({firstSeenAt: NOW - 500_000, seedingObserved}),
  })
  expect(read('seedingTime', of(400, NOW - 400_000, 90))).toBe(90)
  expect(read('seedTimeLimitMet', of(400, NOW - 400_000, 90))).toBe(false)
  expect(read('seedTimeLimitMet', of(400, NOW - 400_000, 100))).toBe(true)
  expect(read('seedingTime', of(800, NOW - 800_000, 90))).toBe(390)
  expect(read('seedingTime', of(100, NOW - 100_000, 500))).toBe(100)
  expect(read('seedingTime', of(0, null, 90))).toBe(0)
  expect(read('seedingTime', {server: {countsSeeding: false}})).toBeUndefined()
})

test('S49 dates of a server count no farther back than we can know', () => {
  const ages = (changes: SubjectChanges) =>
    (['age', 'sinceCompleted', 'seedingTime', 'sinceActivity'] as const).map((name) => read(name, changes))
  const old = {
    row: {addedAt: NOW - 400 * DAY * 1_000, lastActivityAt: NOW - 30 * DAY * 1_000, seedingTime: 99 * DAY},
  }
  expect(ages({...old, ...remembering({cameAt: null})})).toEqual([400 * DAY, DAY, 99 * DAY, 30 * DAY])
  // It came before our eyes.
  expect(ages({...old, ...remembering({cameAt: NOW - 40_000})})).toEqual([40, 40, 40, 40])
  // Its clock is wrong.
  const wrong = {...old, server: {isClockRight: false}}
  expect(ages({...wrong, ...remembering({cameAt: null, firstSeenAt: NOW - 500_000})})).toEqual([
    500,
    500,
    500,
    undefined,
  ])
  expect(ages(wrong)).toEqual([undefined, undefined, undefined, undefined])
  const stalled = {state: 'stalledDown', lastActivityAt: NOW - 30 * DAY * 1_000} as const
  expect(read('stalledFor', {...wrong, row: stalled, ...remembering({cameAt: NOW - 40_000})})).toBeUndefined()
  expect(read('stalledFor', {row: stalled, ...remembering({cameAt: NOW - 40_000})})).toBe(40)
  // While our own is in doubt nobody knows how much later it is.
  const doubted = {now: () => undefined}
  expect(read('seedingTime', {...old, ...remembering({cameAt: NOW - 40_000})}, doubted)).toBeUndefined()
})

test('whatever is read is said with where it comes from, and what is unknown with why', () => {
  const subject = subjectWith({rest: {arr: arrSaying}})
  for (const name of factNames.filter((it) => factOf(it).subjects.includes('torrent'))) {
    const window = factOf(name).windowed ? 600 : null
    const value = readers.reader(name, window)(subject)
    const fact = readers.fact(name, window, subject)
    if (value === undefined) expect(fact).toHaveProperty('unknown')
    else expect(fact).toMatchObject({value})
    expect(fact.source).not.toBe('')
  }
})

test('S51 that an import is not proven any more is reported with what was not seen', () => {
  const unseen = {folder: '/movies', file: null}
  const arr = {...arrSaying, evidence: undefined, unseen}
  const fact = readers.fact('arr.importedEvidence', null, subjectWith({rest: {arr}}))
  expect(fact).toMatchObject({
    unknown: 'unreadable',
    detail: 'The folder /movies of its library is not there.',
  })
  const {unseen: _unseen, ...seen} = arr
  expect(readers.fact('arr.importedEvidence', null, subjectWith({rest: {arr: seen}}))).toMatchObject({
    unknown: 'notRead',
  })
})

test('S25 time in which its server had no connection is no time of standing still, but for what seeds', () => {
  const asked: number[] = []
  const own = {
    cutOffWithin: (_: unknown, last: number) => {
      asked.push(last)
      return 45
    },
  }
  const still = {row: {state: 'stalledDown', complete: false}} as const
  expect(read('stalledFor', still, own)).toBe(15)
  expect(read('sinceActivity', still, own)).toBe(15)
  expect(asked).toEqual([60, 60])
  expect(read('sinceActivity', {row: {complete: true}}, own)).toBe(60)
  expect(read('metadataFor', {row: {state: 'metadata'}}, own)).toBe(2 * DAY - 45)
  expect(read('stalledFor', still, {cutOffWithin: () => 90})).toBe(0)
})
