import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {JournalEntry} from './entry.ts'
import {Journal} from './journal.ts'
import {JournalRetention} from './retention.ts'

const DAY = 86_400_000
const entry = (id: string, at: number, phase: JournalEntry['phase'] = 'confirmed'): JournalEntry => ({
  id,
  at,
  actor: {name: 'ann', origin: 'api', userId: null, address: null},
  subject: 'server',
  serverId: asServerId('A'),
  hash: null,
  name: null,
  verb: 'stop',
  args: {},
  phase,
})

everyStore('keeping the journal', (open) => {
  async function harness() {
    const store = await open()
    const clock = new VirtualClock()
    const journal = new Journal(store, () => true)
    const now = {
      days: 30,
      fault: null as StorageFault | null,
      warnings: [] as string[],
      beforeWrite: () => {},
    }
    const retention = new JournalRetention(
      journal,
      {
        write: async (work) => {
          now.beforeWrite()
          if (now.fault) throw now.fault
          return store.write(work)
        },
      },
      clock,
      () => now.days,
      {warn: (_, text) => void now.warnings.push(text)},
    )
    const lines = async () => {
      const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
      return rows.map(({id, phase}) => (phase === 'confirmed' ? id : `${id} ${phase}`))
    }
    return {clock, journal, retention, lines, now}
  }
  const many = (at: number) => Array.from({length: 1_200}, (_, n) => entry(`old${n}`, at))

  test('what is older than the settings say goes, however much it is; the rest stays', async () => {
    const {clock, journal, retention, lines, now} = await harness()
    const oldest = clock.now() - 30 * DAY
    await journal.write([...many(oldest - 1), entry('kept', oldest), entry('new', clock.now())])
    await retention.keep()
    expect(await lines()).toEqual(['kept', 'new'])
    now.days = 29
    await retention.keep()
    expect(await lines()).toEqual(['new'])
  })

  test('what rules did without destroying anything is kept for a month, the rest as the settings say', async () => {
    const {clock, journal, retention, lines, now} = await harness()
    now.days = 365
    const at = clock.now() - 30 * DAY
    const brief = (id: string, when: number): JournalEntry => ({...entry(id, when), isBrief: true})
    await journal.write([
      ...many(at - 1).map((it) => ({...it, isBrief: true})),
      brief('old', at - 1),
      brief('young', at),
      entry('removed', at - 1),
      entry('new', at),
    ])
    await retention.keep()
    expect(await lines()).toEqual(['young', 'removed', 'new'])
  })

  test('an action that got no end within a day gets one', async () => {
    const {clock, journal, retention, lines} = await harness()
    await journal.write([entry('a', clock.now() - 2 * DAY, 'sending'), entry('b', clock.now(), 'sending')])
    await retention.keep()
    expect(await lines()).toEqual(['a sending', 'b sending', 'a unconfirmed'])
  })

  test('a database that fails costs a warning, and the next day removes what was left', async () => {
    const {clock, journal, retention, lines, now} = await harness()
    await journal.write([entry('old', clock.now() - 31 * DAY)])
    now.fault = new StorageFault('storage_read_only', 'The database cannot be written.', true)
    await retention.keep()
    expect([await lines(), now.warnings.length]).toEqual([['old'], 1])
    now.fault = null
    await retention.keep()
    expect(await lines()).toEqual([])
  })

  test('a stop does not wait for the rest', async () => {
    const {clock, journal, retention, lines, now} = await harness()
    await journal.write(many(clock.now() - 31 * DAY))
    now.beforeWrite = () => void retention.stop()
    await retention.keep()
    expect(await lines()).toHaveLength(700)
  })
})

test('it is done soon after the start, then daily, until it is stopped', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  const begin = clock.now()
  const retention = new JournalRetention(
    {
      settleBefore: async () => {
        times.push(clock.now() - begin)
        return {expired: [], unconfirmed: []}
      },
    },
    {write: async () => 0 as never},
    clock,
    () => 1,
    {warn: () => {}},
  )
  retention.start()
  await clock.advance(2.5 * DAY)
  await retention.stop()
  await clock.advance(2 * DAY)
  expect(times).toEqual([600_000, 600_000 + DAY, 600_000 + 2 * DAY])
})
