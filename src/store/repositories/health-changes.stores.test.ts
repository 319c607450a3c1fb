import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  healthChangesOf,
  insertHealthChanges,
  lastHealthChange,
  pruneHealthChanges,
  type HealthChange,
} from './health-changes.ts'

const [A, B] = [asServerId('A'), asServerId('B')]
const change = (serverId: HealthChange['serverId'], at: number, detail = ''): HealthChange => ({
  serverId,
  at,
  status: 'unreachable',
  reason: 'timed_out',
  detail,
})

everyStore('changes of health', (open) => {
  const insert = (store: Store, ...some: HealthChange[]) => store.write((db) => insertHealthChanges(db, some))
  const of = (store: Store, ids = [A, B], from = 0, to = 100, limit = 100) =>
    store.read((db) => healthChangesOf(db, ids, {from, to}, limit))

  test('they come back newest first, those of the same moment as they were written', async () => {
    const store = await open()
    const all = [change(A, 1), change(B, 2), change(A, 2, 'timeout of 10 s'), change(A, 3)]
    await insert(store, ...all)
    expect(await of(store)).toEqual(all.toReversed())
    expect(await of(store, [A], 2, 3)).toEqual([all[2]])
    expect(await of(store, [A, B], 0, 100, 2)).toEqual([all[3], all[2]])
    expect(await of(store, [])).toEqual([])
  })

  test('the last of a server is known, and that there is none', async () => {
    const store = await open()
    await insert(store, change(A, 5), change(A, 5, 'later'), change(B, 9))
    expect(await store.read((db) => lastHealthChange(db, A))).toEqual(change(A, 5, 'later'))
    expect(await store.read((db) => lastHealthChange(db, asServerId('C')))).toBeNull()
  })

  test('only the newest of a server are left, and all of the others', async () => {
    const store = await open()
    await insert(store, change(B, 1), ...[1, 2, 3, 4, 5].map((at) => change(A, at)))
    const prune = (keep: number) => store.write((db) => pruneHealthChanges(db, A, keep))
    await prune(5)
    expect(await of(store)).toHaveLength(6)
    await prune(2)
    expect((await of(store)).map(({serverId, at}) => `${serverId}${at}`)).toEqual(['A5', 'A4', 'B1'])
    await prune(0)
    expect(await of(store, [A])).toEqual([])
  })
})
