import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {serverView} from '#history/history.fixture.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ManagerId} from '#model/manager.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import {owing} from '#rules/presets/inherited.fixture.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {hashes, servers, Speaker} from '#test/fleet/arbitrary-frames.ts'
import type {Questions} from '../manager/messages.ts'
import {arrSaying} from '../manager/torrent-subject.fixture.ts'
import type {Managers} from '../supervision/managers.ts'
import {ServerFeed} from '../supervision/server-feed.ts'
import {KnownTorrents, readersOnMain} from './known-torrents.ts'
import {ArrsOfTorrents, FreshLists, RuleFacts} from './rule-facts.ts'

const [id] = servers
const [hash] = hashes
const key = {serverId: id!, hash: hash!}
const subject: SubjectName = {kind: 'torrent', key: keyText(key), serverId: id!}

/** One torrent of an Arr; every question is counted. */
async function harness() {
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
  const rows = [{hash, name: 'Film', category: 'films', complete: true, state: 'seeding', tags: []}]
  for (const body of [
    {type: 'begin', fresh: false},
    {type: 'rows', rows, removed: []},
    {type: 'end', believeAbsence: true},
  ])
    speaker.say({server: id!, off: 'no', body} as never, clock.now(), (frame) => fleet.apply(frame))
  const memory = await (await memoryHarness()).open()
  const asked: string[] = []
  const standstills = {count: 0, seconds: 0}
  const library = {isSeen: true, fault: null as Error | null}
  const managers = {
    managerOf: () => 'Radarr' as ManagerId,
    fileRules: () => null,
    server: (one: ServerId) => feed.now().find((it) => it.id === one) ?? null,
    async ask(_id: ManagerId, name: string, more: unknown) {
      if (name === 'checked') {
        asked.push('its Arr, to check itself')
        if (library.fault) throw library.fault
        return null
      }
      const {isFresh} = more as Questions['saying']['asked']
      if (isFresh) asked.push('its Arr')
      return {...arrSaying, evidence: isFresh ? 'history/7' : undefined}
    },
  } as Pick<Managers, 'managerOf' | 'fileRules' | 'server' | 'ask'>
  const facts = new RuleFacts(
    new KnownTorrents(
      fleet,
      managers,
      memory,
      readersOnMain(clock, 'UTC', () => owing([]), true),
    ),
    new ArrsOfTorrents(managers, {
      async checked(_key, saying) {
        asked.push('its library')
        if (library.fault) throw library.fault
        return saying && (library.isSeen ? saying : {...saying, evidence: undefined})
      },
    }),
    new FreshLists(
      {
        standstills: () => standstills,
        caughtUp: async () => {},
        poll: async () => void asked.push('list of its server'),
      },
      {couldObject: (one) => [one]},
      turns,
    ),
    {
      ask: async (_by, of, names) => {
        asked.push(...names)
        return names.map((fact) => ({key: of, fact, value: 0, at: 1, whyUnknown: null, keptMs: 0}))
      },
    },
    clock,
  )
  return {facts, asked, memory, standstills, library, clock}
}

test('a glance asks no server, and forgets what a look said before', async () => {
  const {facts, asked} = await harness()
  await facts.refresh(subject, ['content.ownersOther', 'arr.anyImported'], true)
  expect(asked).toEqual(expect.arrayContaining(['list of its server', 'its Arr', 'content.ownersOther']))
  expect(facts.fact(subject, 'content.ownersOther')).toMatchObject({value: 0})
  expect(facts.fact(subject, 'arr.importedEvidence')).toMatchObject({value: 'history/7'})
  asked.length = 0
  await facts.glance(subject)
  expect(asked).toEqual([])
  expect(facts.fact(subject, 'content.ownersOther')).toMatchObject({unknown: 'notRead'})
  expect(facts.fact(subject, 'arr.importedEvidence')).toMatchObject({unknown: expect.any(String)})
  expect(facts.fact(subject, 'category')).toMatchObject({value: 'films'})
  expect(facts.fact(subject, 'arr.id')).toMatchObject({value: arrSaying.arrId})
})

test('S46 what a look and its Arr said before the program stood still counts no more', async () => {
  const {facts, standstills} = await harness()
  expect(facts.isOld(subject)).toBe(false)
  await facts.refresh(subject, ['content.ownersOther', 'arr.anyImported'], true)
  expect(facts.isOld(subject)).toBe(false)
  standstills.count++
  expect(facts.isOld(subject)).toBe(true)
  expect(facts.fact(subject, 'content.ownersOther')).toMatchObject({unknown: 'notRead'})
  expect(facts.fact(subject, 'arr.importedEvidence')).toMatchObject({unknown: expect.any(String)})
  await facts.refresh(subject, ['content.ownersOther', 'arr.anyImported'], true)
  expect([facts.isOld(subject), facts.fact(subject, 'content.ownersOther')]).toMatchObject([
    false,
    {value: 0},
  ])
})

test('S51 right before it is sent its library is looked at again, and its Arr is asked when it was long ago', async () => {
  const {facts, asked, library, clock} = await harness()
  await facts.refresh(subject, [], true)
  asked.length = 0
  await facts.lookAgain(subject, [])
  expect(asked).toEqual(['its library'])
  await clock.advance(31_000)
  await facts.lookAgain(subject, [])
  expect(asked).toEqual(['its library', 'its Arr', 'its library'])
  library.isSeen = false
  await facts.lookAgain(subject, [])
  expect(facts.fact(subject, 'arr.importedEvidence')).toMatchObject({unknown: expect.any(String)})
})

test('S51 what cannot be looked at right before it is sent is unknown, and does not fail', async () => {
  const {facts, library} = await harness()
  await facts.refresh(subject, [], true)
  library.fault = new CommodarrError('not_ready', 'no answer')
  await facts.lookAgain(subject, [])
  expect(facts.fact(subject, 'arr.importedEvidence')).toMatchObject({unknown: expect.any(String)})
})

test('what destroys nothing is not looked for on disks, and asks no Arr again', async () => {
  const {facts, asked} = await harness()
  await facts.refresh(subject, ['category', 'filesWanted'], false)
  expect(asked).toEqual(['list of its server', 'filesWanted'])
})

test('S27 that an Arr grabbed it is known by what it is, also when its server was another and its Arr is gone', async () => {
  const {facts, memory} = await harness()
  expect(facts.download(subject)).toEqual({
    wasGrabbed: false,
    importedAt: null,
    givenUp: 0,
    givenUpByScore: 0,
  })
  const record: DownloadRecord = {
    arrId: 'gone',
    downloadId: hash!.toUpperCase(),
    serverId: null,
    hash: null,
    ownership: 'owned',
    mediaIds: [1],
    state: 'waiting',
    grabbedAt: 1,
    importedAt: null,
    failedAt: null,
    proof: null,
    detail: null,
    updatedAt: 1,
  }
  await memory.downloads.put([record])
  expect(facts.download(subject)).toEqual({wasGrabbed: true, importedAt: null, givenUp: 0, givenUpByScore: 0})
  await memory.downloads.put([
    {...record, importedAt: 5},
    {...record, arrId: 'other', importedAt: 9},
  ])
  expect(facts.download(subject)).toEqual({wasGrabbed: true, importedAt: 9, givenUp: 0, givenUpByScore: 0})
})

test('its Arr has to check itself, and what ails that Arr keeps no other', async () => {
  const {facts, asked, library} = await harness()
  await facts.arrChecked(subject)
  library.fault = new CommodarrError('arr_not_ready', 'It is away.')
  await facts.arrChecked(subject)
  expect(asked).toEqual(['its Arr, to check itself', 'its Arr, to check itself'])
  library.fault = new Error('a mistake')
  await expect(facts.arrChecked(subject)).rejects.toThrow('a mistake')
})
