import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId} from '#model/arr.ts'
import type {Verdict} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {Condition} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {ArrVerdicts} from '../manager/messages.ts'
import {SearchedFacts} from './searched-facts.ts'

const box = asServerId('box')
const radarr = asArrId('radarr')
const owes: Condition = {fact: 'obligation.met', op: 'eq', value: 'no'}
const hasFile: Condition = {fact: 'arr.hasFile', op: 'eq', value: true}
const linked: Condition = {fact: 'content.linksOutside', op: 'gt', value: 0}
const everything = {arrs: [radarr], disks: [box]}

/** So many conditions. */
const scores = (from: number, count: number): Condition[] =>
  Array.from({length: count}, (_, at) => ({fact: 'arr.score', op: 'gt', value: from + at}))

/** With so many torrents. */
function harness(count = 3) {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  fleet.addServer(box)
  fleet.markServer(box, true)
  const hashes = Array.from({length: count}, (_, at) => asInfoHash(at.toString(16).padStart(40, '0'))!)
  const frame = {serverId: box, epoch: 1, at: 0}
  fleet.apply({...frame, seq: 0, type: 'begin'})
  fleet.apply({...frame, seq: 1, type: 'rows', rows: hashes.map((hash) => ({hash, name: hash})), removed: []})
  fleet.apply({...frame, seq: 2, type: 'end', believeAbsence: true})
  const label = (hash: (typeof hashes)[number], arrId: string) =>
    fleet.label([{key: {serverId: box, hash}, arrId: asArrId(arrId)}])
  const done = {
    questions: [] as string[],
    looks: [] as string[],
    askers: [] as string[],
    judged: 0,
    faults: [] as string[],
  }
  let links: readonly (number | undefined)[] = [2, 0, undefined]
  let said: readonly ArrVerdicts[] = [{serverId: box, hashes: hashes.slice(0, 2).join(''), verdicts: '10'}]
  let standing = 'online'
  let hang: Promise<void> | undefined
  let fault: Error | undefined
  const facts = new SearchedFacts({
    fleet,
    clock,
    log: {error: (_about, text) => void done.faults.push(text)},
    world: {
      standing: () => standing,
      judging: (condition) => (row, lookedUp) => {
        done.judged++
        if (!('fact' in condition) || condition.fact === 'obligation.met') return row === 0 ? 'yes' : 'no'
        const value = lookedUp.get(condition.fact)?.value
        return value === undefined ? 'unknown' : (value as number) > 0 ? 'yes' : 'no'
      },
    },
    managers: {
      askAll: async (name, asked) => {
        await hang
        if (fault) throw fault
        done.questions.push(`${name} ${JSON.stringify(asked)}`)
        const answers: readonly unknown[] = name === 'verdicts' ? [said] : [null]
        return answers as never
      },
      managerOf: () => null,
      fileRules: () => null,
    },
    lookUps: {
      ask: async (by, key, names: readonly FactName[]) => {
        done.askers.push(by)
        done.looks.push(`${Number.parseInt(key.hash, 16)} ${names.join()}`)
        const value = links[hashes.indexOf(key.hash)]
        const whyUnknown = value === undefined ? ({reason: 'unreadable', detail: ''} as const) : null
        return names.map((fact) => ({key, fact, value, at: clock.now(), whyUnknown, keptMs: 0}))
      },
    },
  })
  const rows = hashes.map((hash) => fleet.rowOf({serverId: box, hash})!)
  const says = (condition: Condition, sight: Parameters<SearchedFacts['judgeOf']>[1] = everything) => {
    for (const _ of facts.take(condition));
    const judge = facts.judgeOf(condition, sight)
    return rows.map((row): Verdict => judge.verdict(row))
  }
  return {
    clock,
    facts,
    rows,
    says,
    done,
    label,
    hashes,
    hangs: (until: Promise<void>) => void (hang = until),
    fail: (by: Error) => void (fault = by),
    stand: (it: string) => void (standing = it),
    answer: (it: readonly ArrVerdicts[]) => void (said = it),
    link: (it: typeof links) => void (links = it),
  }
}

test('what the list knows is answered at once, again when servers are believed otherwise, and every 30 seconds', async () => {
  const {facts, says, clock, stand, done} = harness()
  expect(says(owes)).toEqual(['yes', 'no', 'no'])
  expect(done.questions).toEqual([])
  const first = facts.judgeOf(owes, everything).version
  stand('away')
  const second = facts.judgeOf(owes, everything).version
  await clock.advance(30_000)
  const third = facts.judgeOf(owes, everything).version
  expect(new Set([first, second, third]).size).toBe(3)
  expect(facts.judgeOf(owes, everything).version).toBe(third)
})

test('what Arrs say their managers are asked, at most every ten seconds, and who does not see the Arr knows nothing of it', async () => {
  const {facts, says, label, hashes, clock, done} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'unknown'])
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
  expect(says(hasFile, {arrs: [], disks: [box]})).toEqual(['unknown', 'unknown', 'unknown'])
  await facts.ready([hasFile], 'once', 'ida')
  expect(done.questions).toHaveLength(1)
  await clock.advance(10_000)
  await facts.ready([hasFile], 'once', 'ida')
  expect(done.questions).toHaveLength(2)
})

test('an answer of an Arr is of the torrents that it was given for alone', async () => {
  const {facts, says, label, hashes, clock, answer} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  await facts.ready([hasFile], 'once', 'ida')
  answer([{serverId: box, hashes: hashes[2]!, verdicts: '1'}])
  await clock.advance(10_000)
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'yes'])
})

test('what takes a look is unknown until it was looked up, for those alone that are wanted', async () => {
  const {facts, says, rows, clock, done, link} = harness()
  expect(says(linked)).toEqual(['unknown', 'unknown', 'unknown'])
  const before = facts.judgeOf(linked, everything).version
  facts.judgeOf(linked, everything).want(rows.slice(0, 2), 'ida')
  await clock.advance(1)
  expect(done.looks).toEqual(['0 content.linksOutside', '1 content.linksOutside'])
  expect(says(linked)).toEqual(['yes', 'no', 'unknown'])
  expect(facts.judgeOf(linked, everything).version).not.toBe(before)
  // What was looked at a moment ago is not looked at again; later it is.
  facts.judgeOf(linked, everything).want(rows, 'ida')
  await clock.advance(1)
  expect(done.looks.slice(2)).toEqual(['2 content.linksOutside'])
  link([0, 0, 0])
  await clock.advance(60_000)
  expect(says(linked)[0]).toBe('yes')
  facts.judgeOf(linked, everything).want(rows.slice(0, 1), 'ida')
  expect(says(linked)[0]).toBe('yes')
  await clock.advance(1)
  expect(says(linked)[0]).toBe('no')
})

test('50 torrents are looked at for one person at once and 200 for all, and what is known or out of sight takes no room of it', async () => {
  const {facts, clock, done} = harness(500)
  const all = Array.from({length: 500}, (_, row) => row)
  const want = (by: string, disks = [box]) => {
    facts.judgeOf(linked, {arrs: [], disks}).want(all, by)
    return done.looks.length
  }
  expect(want('looker', [])).toBe(0)
  expect(want('ida')).toBe(50)
  expect(want('ida')).toBe(50)
  expect(['otto', 'mia', 'nick', 'ben'].map((by) => want(by))).toEqual([100, 150, 200, 200])
  await clock.advance(1)
  expect(want('ida')).toBe(250)
  expect(new Set(done.looks).size).toBe(250)
})

test('look-ups of searches wait in no line of a manager', async () => {
  const {facts, rows, label, hashes, clock, done} = harness()
  label(hashes[0]!, 'radarr')
  facts.judgeOf(linked, everything).want(rows, 'ida')
  await clock.advance(1)
  expect(new Set(done.askers)).toEqual(new Set(['searches']))
})

test('managers are asked to have a torrent looked at once a minute, by those who see its Arr', async () => {
  const {facts, rows, label, hashes, clock, done} = harness()
  for (const hash of hashes.slice(0, 2)) label(hash, 'radarr')
  const want = async () => {
    facts.judgeOf(hasFile, everything).want(rows, 'ida')
    await clock.advance(1)
  }
  await want()
  await want()
  expect(done.questions).toHaveLength(1)
  expect(done.questions[0]).toContain(hashes[1])
  expect(done.questions[0]).not.toContain(hashes[2])
  await clock.advance(60_000)
  await want()
  expect(done.questions).toHaveLength(2)
})

test('managers are asked to have 50 torrents looked at for one person at once, and soon the next ones', async () => {
  const {facts, rows, label, hashes, clock, done} = harness(120)
  for (const hash of hashes) label(hash, 'radarr')
  const want = async (by: string) => {
    done.questions.length = 0
    facts.judgeOf(hasFile, everything).want(rows, by)
    await clock.advance(1)
    return hashes.filter((hash) => done.questions.some((asked) => asked.includes(hash)))
  }
  const first = await want('ida')
  expect(first).toEqual(hashes.slice(0, 50))
  expect(await want('ida')).toEqual([])
  expect(await want('otto')).toEqual(hashes.slice(50, 100))
  await clock.advance(15_000)
  expect(await want('ida')).toEqual(hashes.slice(100))
})

test('who may not control a server finds nothing by what lies on its disks, and has nothing looked up there', async () => {
  const {facts, says, rows, clock, done} = harness()
  const looker = {arrs: [], disks: []}
  facts.judgeOf(linked, looker).want(rows, 'ida')
  await clock.advance(1)
  expect(done.looks).toEqual([])
  facts.judgeOf(linked, everything).want(rows, 'ida')
  await clock.advance(1)
  expect(says(linked, looker)).toEqual(['unknown', 'unknown', 'unknown'])
})

test('a manager that hangs keeps no search for long, and a list that is looked at again hardly at all', async () => {
  const {facts, says, label, hashes, clock, hangs} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  const {promise, resolve} = Promise.withResolvers<void>()
  hangs(promise)
  const done: string[] = []
  void facts.ready([hasFile], 'live', 'ida').then(() => done.push('list'))
  void facts.ready([hasFile], 'once', 'ida').then(() => done.push('search'))
  await clock.advance(300)
  expect(done).toEqual(['list'])
  await clock.advance(4_700)
  expect(done).toEqual(['list', 'search'])
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'unknown'])
  resolve()
  await clock.advance(1)
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
})

test('a manager that cannot be asked ends no search, and is in the log', async () => {
  const {facts, says, label, hashes, rows, clock, fail, done} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  fail(new Error('It ended.'))
  facts.judgeOf(hasFile, everything).want(rows, 'ida')
  await facts.ready([hasFile], 'live', 'ida')
  await facts.ready([hasFile], 'once', 'ida')
  await clock.advance(1)
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(done.faults).toEqual([
    'what a search wants to know could not be asked of managers',
    'what managers say to a search could not be asked',
  ])
})

test('what managers do not answer in time is unknown where something is to be done, also where they answered before', async () => {
  const {facts, says, label, hashes, clock, hangs} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
  const before = facts.judgeOf(hasFile, everything).version
  hangs(new Promise(() => undefined))
  const ready = facts.ready([hasFile], 'act', 'ida')
  await clock.advance(5_000)
  await ready
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(facts.judgeOf(hasFile, everything).version).not.toBe(before)
})

test('an answer to what was forgotten in between counts as a new one', async () => {
  const {facts, says, label, hashes, clock, answer} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
  const before = facts.judgeOf(hasFile, everything).version
  await facts.ready(scores(0, 200), 'once', undefined)
  await clock.advance(10_000)
  answer([{serverId: box, hashes: hashes[1]!, verdicts: '1'}])
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['unknown', 'yes', 'unknown'])
  expect(facts.judgeOf(hasFile, everything).version).not.toBe(before)
})

test('the answers to two searches of the most conditions are kept, and what is forgotten is asked again after ten seconds', async () => {
  const {facts, says, label, hashes, clock, done} = harness()
  for (const hash of hashes) label(hash, 'radarr')
  await facts.ready([hasFile], 'once', 'ida')
  await facts.ready(scores(0, 127), 'once', 'ida')
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
  await facts.ready(scores(127, 200), 'once', undefined)
  done.questions.length = 0
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(done.questions).toEqual([])
  await clock.advance(10_000)
  await facts.ready([hasFile], 'once', 'ida')
  expect(says(hasFile)).toEqual(['yes', 'no', 'unknown'])
})

test('a person asks 200 new things of Arrs in a minute, what was asked lately and what others ask not among them', async () => {
  const {facts, clock} = harness()
  await facts.ready(scores(0, 200), 'once', 'ida')
  await facts.ready(scores(199, 1), 'once', 'ida')
  await expect(facts.ready(scores(200, 1), 'once', 'ida')).rejects.toMatchObject({code: 'too_expensive'})
  await facts.ready(scores(200, 1), 'once', 'otto')
  await facts.ready(scores(300, 300), 'once', undefined)
  await clock.advance(60_000)
  await facts.ready(scores(700, 1), 'once', 'ida')
})
