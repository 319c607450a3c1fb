import {sql} from 'kysely'
import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {putSaga} from '#store/repositories/sagas.ts'
import type {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {Journal} from './journal.ts'
import {LineQuota} from './line-quota.ts'
import {entryOf} from './rows.ts'

const now = Date.UTC(2026, 0, 2)
const DAY_MS = 86_400_000
const hash = asInfoHash('a'.repeat(40))

function entry(
  id: string,
  phase: JournalPhase = 'intended',
  change: Partial<JournalEntry> = {},
): JournalEntry {
  return {
    id,
    at: 1,
    actor: {name: 'ann', origin: 'api', userId: null, address: '10.0.0.1'},
    subject: 'torrent',
    serverId: asServerId('A'),
    hash,
    name: 'a\nb',
    verb: 'stop',
    args: {to: 'top'},
    phase,
    ...change,
  }
}

/** A store that can be made to fail, and counts what it commits. */
class Fallible {
  commits = 0
  fault: StorageFault | null = null
  readonly #store: Store
  constructor(store: Store) {
    this.#store = store
  }
  readonly read: Store['read'] = (work) => this.#store.read(work)
  readonly write: Store['write'] = async (work) => {
    if (this.fault) throw this.fault
    this.commits++
    return this.#store.write(work)
  }
}

everyStore('the journal', (open) => {
  async function harness() {
    const store = await open()
    const fallible = new Fallible(store)
    const start = () => new Journal(fallible, (verb) => verb === 'stop')
    const rows = () => store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
    const steps = async () => (await rows()).map(({id, phase}) => `${id} ${phase}`)
    return {store: fallible, start, journal: start(), rows, steps}
  }

  test('an entry comes back as it was written', async () => {
    const {journal, rows} = await harness()
    const given = entry('1', 'failed', {code: 'server_failed', message: 'No.', name: null, hash: null})
    await journal.write([given])
    expect((await rows()).map(entryOf)).toEqual([given])
  })

  test('what a member wrote counts over a restart, what came back since does not', async () => {
    const {store} = await harness()
    const mia = asUserId('mia')
    const clock = new VirtualClock(now)
    const size = {atOnce: 10, perDay: 2}
    const startCounting = async () => {
      const quota = await LineQuota.open(store, clock, (id) => id, size)
      const journal = new Journal(store, () => true, quota)
      let line = 0
      return (lines: number) =>
        journal.write(
          Array.from({length: lines}, () =>
            entry(`${line++}`, 'intended', {actor: {...entry('').actor, userId: mia}}),
          ),
        )
    }
    const write = await startCounting()
    await write(5)
    await write(4)
    const again = await startCounting()
    await expect(again(2)).rejects.toMatchObject({code: 'quota_used_up', retryAt: now + DAY_MS / 2})
    await again(1)
    await clock.advance(2 * DAY_MS)
    const later = await startCounting()
    await expect(later(5)).rejects.toMatchObject({code: 'quota_used_up'})
    await later(4)
    // What was not written is not counted by the next life.
    store.fault = new StorageFault('storage_full', 'gone', true)
    await clock.advance(DAY_MS)
    await expect(later(2)).rejects.toThrow('gone')
    store.fault = null
    await (
      await startCounting()
    )(2)
  })

  test('it lists which torrents a verb went out for since then, each once, and when it did last', async () => {
    const {journal} = await harness()
    const other = asInfoHash('b'.repeat(40))
    await journal.write([
      entry('1', 'sending', {verb: 'setLocation', at: 9}),
      entry('2', 'sending', {verb: 'setLocation', at: 10, hash: other}),
      entry('2', 'sent', {verb: 'setLocation', at: 30, hash: other}),
      entry('3', 'sending', {verb: 'setCategory', at: 20, hash: other}),
      entry('4', 'intended', {verb: 'setCategory', at: 20}),
      entry('5', 'sending', {at: 20}),
      entry('6', 'sending', {verb: 'editCategory', subject: 'server', hash: null, at: 20}),
    ])
    const [toServer, ...others] = await journal.sentToServersSince(10, ['editCategory', 'stop'])
    expect([toServer, others]).toMatchObject([{id: '6', verb: 'editCategory', args: {to: 'top'}}, []])
    const sent = await journal.sentSince(10, ['setLocation', 'setCategory', 'editCategory'])
    expect(sent).toEqual([{key: {serverId: 'A', hash: other}, at: 20}])
    expect(await journal.sentSince(21, ['setLocation', 'setCategory'])).toEqual([])
  })

  test('entries stand in the order of writing, also of parallel writes, and a call’s stay together', async () => {
    const {journal, rows} = await harness()
    await Promise.all(Array.from({length: 50}, (_, n) => journal.write([entry(`${n}a`), entry(`${n}b`)])))
    const ids = (await rows()).map(({id}) => id)
    expect(ids).toEqual(Array.from({length: 50}, (_, n) => [`${n}a`, `${n}b`]).flat())
  })

  test('what is written in the same moment is committed together', async () => {
    const {journal, store, rows} = await harness()
    await Promise.all(Array.from({length: 900}, (_, n) => journal.write([entry(String(n))])))
    expect([store.commits, (await rows()).length]).toEqual([2, 900])
  })

  test('a long write lets others go on in between', async () => {
    const {journal} = await harness()
    let turns = 0
    let isDone = false
    const count = () => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await journal.write(Array.from({length: 2_500}, (_, n) => entry(String(n))))
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(9)
  })

  test('all of a write is in the journal or nothing of it, and the next one is not harmed', async () => {
    const {journal, steps} = await harness()
    const broken = [
      ...Array.from({length: 600}, (_, n) => entry(String(n))),
      entry('bad', 'sent', {at: Number.NaN}),
    ]
    await expect(journal.write(broken)).rejects.toThrow()
    await journal.write([entry('good')])
    expect(await steps()).toEqual(['good intended'])
  })

  test('a database that fails is reported to the writer, and used again when it is back', async () => {
    const {journal, store, steps} = await harness()
    store.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
    await expect(journal.write([entry('1')])).rejects.toBe(store.fault)
    store.fault = null
    await journal.write([entry('2')])
    expect(await steps()).toEqual(['2 intended'])
  })

  test('closing waits for what was given', async () => {
    const {journal, steps} = await harness()
    void journal.write([entry('1')])
    await journal.close()
    expect(await steps()).toEqual(['1 intended'])
  })

  test('a name may hold what PostgreSQL cannot keep', async () => {
    const {journal, rows} = await harness()
    await journal.write([entry('1', 'intended', {name: 'a\0b'})])
    expect((await rows())[0]!.name).toBe('a\uFFFDb')
  })

  test('arguments too long to explain anything are left out, and a long message is cut', async () => {
    const {journal, rows} = await harness()
    await journal.write([
      entry('1', 'failed', {args: {urls: ['x'.repeat(20_000)]}, message: 'y'.repeat(5_000)}),
    ])
    const [row] = await rows()
    expect([row!.args, row!.message!.length]).toEqual(['{"omittedChars":20013}', 2_000])
  })

  for (const {steps, end} of [
    {steps: ['intended'], end: 'expired'},
    {steps: ['intended', 'sending'], end: 'unconfirmed'},
    {steps: ['intended', 'sending', 'sent'], end: 'unconfirmed'},
    {steps: ['intended', 'sending', 'sent', 'confirmed'], end: null},
    {steps: ['intended', 'sending', 'unconfirmed'], end: null},
    {steps: ['intended', 'sending', 'failed'], end: null},
    {steps: ['intended', 'refused'], end: null},
    {steps: ['confirmed'], end: null},
  ] as const) {
    test(`an earlier life ended after ${steps.at(-1)}: ${end ?? 'it had its end'}`, async () => {
      const {journal, start, rows} = await harness()
      await journal.write(steps.map((phase) => entry('1', phase)))
      const {expired, unconfirmed} = await start().settleLeftovers(now)
      const added = (await rows()).slice(steps.length).map(entryOf)
      expect(added.map(({phase, at}) => [phase, at])).toEqual(end === null ? [] : [[end, now]])
      expect([...expired, ...unconfirmed]).toEqual(added)
      expect(added).toEqual(added.map(({message}) => entry('1', end!, {...added[0]!, message: message!})))
    })
  }

  test('where no effect is waited for, that the server took it is the end', async () => {
    const {journal, start, steps} = await harness()
    await journal.write([
      entry('1', 'sent', {verb: 'reannounce'}),
      entry('2', 'sent', {subject: 'server', verb: 'add'}),
    ])
    await start().settleLeftovers(now)
    expect(await steps()).toEqual(['1 sent', '2 sent'])
  })

  test('a copy that goes on has no end, and one that never began has', async () => {
    const {journal, start, steps, store} = await harness()
    const copies = {subject: 'torrent', verb: 'moveTo'} as const
    await journal.write([entry('1', 'sending', copies), entry('2', 'sending', copies)])
    const about = {id: 'saga', kind: 'copyTo', subject: 'a b', version: 1, step: 'settle', state: {id: '1'}}
    const saga = {...about, outcome: null, startedAt: now, updatedAt: now, endedAt: null}
    await store.write((db) => putSaga(db, saga))
    await start().settleLeftovers(now)
    expect(await steps()).toEqual(['1 sending', '2 sending', '2 unconfirmed'])
  })

  test('leftovers get their end once', async () => {
    const {journal, start, steps} = await harness()
    await journal.write([entry('1'), entry('2', 'sending')])
    await start().settleLeftovers(now)
    const again = start()
    await again.settleLeftovers(now)
    await again.write([entry('3')])
    await start().settleLeftovers(now)
    expect(await steps()).toEqual([
      '1 intended',
      '2 sending',
      '1 expired',
      '2 unconfirmed',
      '3 intended',
      '3 expired',
    ])
  })

  test('leftovers are found however many lines stand before and after them', async () => {
    const {journal, start} = await harness()
    const lines = (from: number, count: number) =>
      Array.from({length: count}, (_, n) => entry(`c${from + n}`, 'confirmed'))
    await journal.write([
      entry('first'),
      ...lines(0, 3_000),
      entry('late', 'sending'),
      ...lines(3_000, 3_000),
    ])
    const {expired, unconfirmed} = await start().settleLeftovers(now)
    expect([expired, unconfirmed].map((some) => some.map(({id}) => id))).toEqual([['first'], ['late']])
  })

  test('what an earlier life left unconfirmed is found by each start until it has an end', async () => {
    const {journal, start} = await harness()
    await journal.write([
      entry('old', 'sending'),
      entry('known', 'unconfirmed'),
      entry('left', 'sending'),
      entry('done', 'confirmed'),
      entry('unanswered', 'unconfirmed', {at: now, code: 'server_unreachable'}),
    ])
    await start().settleLeftovers(now)
    await start().settleLeftovers(now + 1)
    const found = async (since: number) => (await start().unconfirmedSince(since)).map(({id}) => id)
    expect([await found(now), await found(now + 1)]).toEqual([['unanswered', 'old', 'left'], []])
    await journal.write([entry('old', 'failed', {at: now + 1})])
    expect(await found(now)).toEqual(['unanswered', 'left'])
  })

  test('of many lines of one moment none is behind the last, however the database finds it', async () => {
    const {journal, start, store} = await harness()
    await journal.write(Array.from({length: 3}, (_, n) => entry(`of before ${n}`, 'sending')))
    await start().settleLeftovers(now)
    // A database that knows how few they are does not ask an index.
    await store.write(async (db) => void (await sql`analyze journal`.execute(db)))
    expect(await start().unconfirmedSince(now + 1)).toEqual([])
    expect(await start().unconfirmedSince(now)).toHaveLength(3)
  })

  test('a journal that is empty has no leftovers', async () => {
    const {journal} = await harness()
    expect(await journal.settleLeftovers(now)).toEqual({expired: [], unconfirmed: []})
    expect(await journal.settleBefore(now, now)).toEqual({expired: [], unconfirmed: []})
    expect(await journal.unconfirmedSince(0)).toEqual([])
  })

  test('while the program runs only what is long past gets an end', async () => {
    const {journal, steps} = await harness()
    await journal.write([entry('old', 'sending', {at: now - 10}), entry('new', 'sending', {at: now})])
    await journal.settleBefore(now - 5, now)
    expect(await steps()).toEqual(['old sending', 'new sending', 'old unconfirmed'])
    await journal.settleLeftovers(now + 1)
    expect((await steps()).at(-1)).toBe('new unconfirmed')
  })
})
