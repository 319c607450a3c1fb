import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {Fleet} from '#fleet/fleet.ts'
import {serverView} from '#history/history.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Principal} from '#model/access.ts'
import type {Leaf} from '#model/rule.ts'
import {noPaths, nothingWanted} from '#registry/rules/no-paths.fixture.ts'
import {RulePreviews} from '#registry/rules/previews.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import {compileCondition} from '#rules/condition.ts'
import {anArr, aTracker, owing} from '#rules/presets/inherited.fixture.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {ruleReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {ServerFeed} from '../supervision/server-feed.ts'
import {ruleWorld} from './rule-world.ts'

const [id, other] = servers

/** One server that is online for an hour, with public torrents that are old and complete. */
async function harness(arr: 'radarr' | null = null, seesArr = true) {
  const {preview} = await worldOf({arr, seesArr})
  return preview
}

interface WorldWish {
  readonly arr?: 'radarr' | null
  readonly seesArr?: boolean
  readonly row?: object
  /** Of the same torrents on the other server; `null` = it has none. */
  readonly elsewhere?: object | null
  readonly sections?: readonly InheritedSection[]
}

async function worldOf({arr = null, seesArr = true, row = {}, elsewhere = null, sections = []}: WorldWish) {
  const clock = new VirtualClock()
  const turns = new TimeSlice()
  const fleet = new Fleet(clock, turns)
  const speaker = new Speaker()
  for (const one of servers) fleet.addServer(one)
  speaker.greet((frame) => fleet.apply(frame))
  const view = serverView(id!)
  const online = {...view, health: {...view.health, status: 'online' as const}}
  const watched = {list: () => [online], get: () => online, onStatus: () => () => {}}
  const feed = new ServerFeed(
    fleet,
    clock,
    watched,
    {ownerOf: () => null, internetOf: () => ({internet: 'well', unprovenFor: 0}), isDiskLow: () => undefined},
    'r',
  )
  feed.start(() => {})
  const addedAt = clock.now()
  await clock.advance(7_200_000)
  const rows = hashes.map((hash) => ({
    hash,
    name: hash,
    category: 'films',
    complete: true,
    progress: 1,
    size: 100,
    isPrivate: false,
    addedAt,
    tags: [],
    trackerHosts: ['t.example'],
    trackerHost: 't.example',
    state: 'seeding',
    ...row,
  }))
  for (const body of [
    {type: 'begin', fresh: false},
    {type: 'rows', rows, removed: []},
    {type: 'end', believeAbsence: true},
  ]) {
    speaker.say({server: id!, off: 'no', body} as never, clock.now(), (frame) => fleet.apply(frame))
    if (elsewhere === null) continue
    const there = 'rows' in body ? {...body, rows: rows.map((it) => ({...it, ...elsewhere}))} : body
    speaker.say({server: other!, off: 'no', body: there} as never, clock.now(), (frame) => fleet.apply(frame))
  }
  const world = ruleWorld({
    libraries: {of: () => null},
    fleet,
    clock,
    timeZone: 'UTC',
    owing: () => owing(sections),
    memory: {torrents: {of: (key) => ({...key, firstSeenAt: addedAt, lastManualChangeAt: null}) as never}},
    server: (it) => feed.now().find((server) => server.id === it) ?? null,
    arrOf: () => arr && {id: arr, kind: arr},
    seesArr: () => seesArr,
    strikesOf: () => 0,
    lostSettings: () => 0,
    situation: () => ({
      fullSyncs: 2,
      epochFor: 7_200,
      trackersFailing: 0,
      sinceInternetFault: null,
      movesUnderWay: 0,
      hidesCategories: false,
    }),
  })
  const previews = new RulePreviews({
    accessOf: () => access,
    world,
    paths: noPaths,
    wanted: nothingWanted,
    clock,
    turns,
    readRule: ruleReader(insideWork),
    programs: () => [],
    sections: () => ['radarr', 'sonarr'],
    rules: {seen: () => ({rule: null}) as never, seenBy: () => []},
    heldBy: () => new Map(),
    wantedBy: () => [],
    decidedBy: async function* () {},
  })
  const registry = fakeServers({[id!]: null})
  const access = accessOf({userId: null, role: 'administrator', scopes: null, servers: null}, registry)
  const preview = (rule: object) =>
    previews.of({actor: {userId: null, name: 'ada'}, access} as Principal, {rule: {name: 'R', ...rule}})
  /** What a server has from now on. */
  const say = (server: (typeof servers)[number], listed: readonly object[]) => {
    for (const body of [
      {type: 'begin', fresh: false},
      {type: 'rows', rows: listed, removed: []},
      {type: 'end', believeAbsence: true},
    ])
      speaker.say({server, off: 'no', body} as never, clock.now(), (frame) => fleet.apply(frame))
  }
  return {preview, world, fleet, say}
}

const films = {when: {fact: 'category', op: 'eq', value: 'films'}}

test('a rule is evaluated over the torrents of the fleet, without anything being done', async () => {
  const preview = await harness()
  expect(await preview({...films, do: [{action: 'stop'}]})).toMatchObject({
    looked: hashes.length,
    matched: {count: hashes.length},
    blocked: {count: 0},
    wouldAct: {count: hashes.length, bytes: 100 * hashes.length},
    categories: new Map([['films', {count: hashes.length, bytes: 100 * hashes.length}]]),
  })
})

test('S19 a removal is kept by the limits of one run: what would go is shown, and what stops the rest', async () => {
  const preview = await harness()
  const {matched, wouldAct, blocked, guards} = await preview({
    ...films,
    do: [{action: 'removeWithData'}],
    guards: {maxPerRun: 2},
  })
  expect([matched.count, wouldAct.count, blocked.count]).toEqual([hashes.length, 2, hashes.length - 2])
  expect([...guards.keys()]).toContain('budget')
})

test('what only an Arr knows is unknown, and said to be; whose a torrent is, is known', async () => {
  const preview = await harness('radarr')
  const asked = {when: {fact: 'arr.hasFile', op: 'eq', value: true}, do: [{action: 'stop'}]}
  expect(await preview({...asked, scope: {arrs: ['radarr']}})).toMatchObject({
    matched: {count: 0},
    unknown: {count: hashes.length},
    unknownFacts: new Map([['arr.hasFile', hashes.length]]),
  })
  expect(await preview({...asked, scope: {arrs: ['sonarr']}})).toMatchObject({unknown: {count: 0}})
})

test('S29 of an Arr that is hidden from the user nothing is known, also not whose a torrent is', async () => {
  const preview = await harness('radarr', false)
  const mine = {when: {fact: 'arr.id', op: 'eq', value: 'radarr'}, do: [{action: 'stop'}]}
  expect(await preview(mine)).toMatchObject({
    matched: {count: 0},
    unknown: {count: hashes.length},
    unknownFacts: new Map([['arr.id', hashes.length]]),
  })
  const nobodys = {when: {fact: 'arr.id', op: 'eq', value: null}, do: [{action: 'stop'}]}
  expect(await preview(nobodys)).toMatchObject({matched: {count: 0}, unknown: {count: hashes.length}})
  expect((await preview({...films, do: [{action: 'stop'}]})).matched.count).toBe(hashes.length)
})

const owedOf: readonly [string, object, boolean][] = [
  ['a private one that gave back too little owes', {isPrivate: true, ratio: 0.5, seedingTime: 60}, true],
  ['a private one that gave all of it back does not', {isPrivate: true, ratio: 1.2, seedingTime: 60}, false],
  ['of a private one that tells nothing it is not known, so it counts', {isPrivate: true}, true],
  ['a public one owes nothing', {isPrivate: false, ratio: 0}, false],
  [
    'of one whose server does not tell nobody says so',
    {isPrivate: undefined, ratio: 0, seedingTime: 60},
    false,
  ],
]
test.each(owedOf)('%s', async (_says, row, owes) => {
  const {world} = await worldOf({row})
  expect(world.owes({serverId: id!, hash: hashes[0]!})).toBe(owes)
})

const hitAndRun = {mode: 'and', ratio: 3, time: 3_600, buffer: 0, fromProgress: 0, partialRatio: 0} as const
const section = {
  ...anArr({categories: ['films'], trackers: [aTracker('owed.example', {hitAndRun})]}),
  arrId: null,
}
const own = {trackerHosts: ['t.example'], ratio: 0.5, seedingTime: 60}
test.each<[string, object, object | null, boolean]>([
  ['its own list has it', {...own, trackerHosts: ['owed.example', 't.example']}, null, true],
  ['only another server lists it', own, {trackerHosts: ['t.example', 'owed.example']}, true],
  [
    'its own list has no trackers at all',
    {...own, trackerHosts: undefined},
    {trackerHosts: ['owed.example']},
    true,
  ],
  ['no server lists it', own, {trackerHosts: ['t.example']}, false],
  [
    'another server lists it, and it is paid',
    {...own, ratio: 5, seedingTime: 5_000},
    {trackerHosts: ['owed.example']},
    false,
  ],
  ['only another server says that it is private', {...own, isPrivate: undefined}, {isPrivate: true}, true],
])('who removes a torrent is warned of what a tracker is owed: %s', async (_says, row, elsewhere, owes) => {
  const {world} = await worldOf({row, elsewhere, sections: [section]})
  expect(world.owes({serverId: id!, hash: hashes[0]!})).toBe(owes)
})

test('a hybrid that other servers list under its other hash is warned of by their trackers, too', async () => {
  const [v2, elsewhere] = [hashes[0]!, {trackerHosts: ['owed.example']}]
  const {world, fleet, say} = await worldOf({row: own, elsewhere, sections: [section]})
  const v1 = 'e'.repeat(40)
  // Here under its v2 hash, there under its v1 hash alone; then the other way round.
  for (const [here, there] of [
    [
      {hash: v2, infoHashV1: v1},
      {hash: v1, infoHashV1: v1},
    ],
    [
      {hash: v1, infoHashV1: v1},
      {hash: v2, infoHashV1: v1},
    ],
  ]) {
    say(id!, [{...here, ...own, category: 'films', complete: true, isPrivate: false}])
    say(other!, [{...there, ...own, ...elsewhere, category: 'films', complete: true, isPrivate: false}])
    const key = {serverId: id!, hash: here!.hash as (typeof hashes)[number]}
    expect(fleet.holders(key.hash)).toEqual([key])
    expect(world.owes(key)).toBe(true)
  }
})

test('a search reads of each row what a preview reads of its torrent, and of an Arr only for who sees it', async () => {
  const {world, fleet} = await worldOf({row: {ratio: 0.5, isPrivate: true}})
  const readers = world.readersFor({actor: {userId: null, name: 'ada'}} as Principal)
  const conditions: readonly Leaf[] = [
    {fact: 'complete', op: 'eq', value: true},
    {fact: 'ratio', op: 'lt', value: 1},
    {fact: 'age', op: 'gt', value: 3_600},
    {fact: 'age', op: 'gt', value: 86_400},
    {fact: 'tracker.hosts', op: 'hasAny', value: ['t.example']},
    {fact: 'obligation.met', op: 'in', value: ['none']},
    {fact: 'obligation.met', op: 'in', value: ['yes']},
    {fact: 'memory.protected', op: 'eq', value: false},
    {fact: 'content.linksOutside', op: 'eq', value: 0},
  ]
  for (const condition of conditions) {
    const compiled = compileCondition(condition, readers, false)
    const expected = Array.from(world.subjectsOn([id!]), (subject) => compiled.evaluate(subject))
    const judge = world.judging(condition, [])
    expect(
      Array.from(fleet.rowsOf(id!), (row) => judge(row, new Map())),
      condition.fact,
    ).toEqual(expected)
  }
  const key = fleet.keyAt(fleet.rowsOf(id!)[0]!)
  const ofArr = await worldOf({arr: 'radarr'})
  ofArr.fleet.label([{key, arrId: 'radarr' as never}])
  const row = ofArr.fleet.rowOf(key)!
  const says = (arrs: readonly string[]) =>
    ofArr.world.judging({fact: 'arr.kind', op: 'eq', value: 'radarr'}, arrs as never)(row, new Map())
  expect([says(['radarr']), says([])]).toEqual(['yes', 'unknown'])
})
