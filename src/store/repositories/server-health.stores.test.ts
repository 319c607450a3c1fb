import {expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteServerHealth, putServerHealth, readServerHealth, type ServerHealthRow} from './server-health.ts'

const refused = {salt: 'aa', digest: 'bb'}
const row = (id: string, state: unknown, of: ServerHealthRow['refused'] = null): ServerHealthRow => ({
  serverId: asServerId(id),
  state,
  refused: of,
})

everyStore('server health', (open) => {
  test('what was last written of a server is read, and nothing of what was before', async () => {
    const store = await open()
    await store.write((db) => putServerHealth(db, [row('a', {status: 'auth_failed'}, refused)], 1))
    await store.write((db) =>
      putServerHealth(db, [row('a', {status: 'online'}), row('b', {n: 1}, refused)], 2),
    )
    const rows = await store.read(readServerHealth)
    expect(rows.toSorted((one, other) => (one.serverId < other.serverId ? -1 : 1))).toEqual([
      row('a', {status: 'online'}),
      row('b', {n: 1}, refused),
    ])
  })

  test('servers that are gone leave nothing behind, whatever else is written', async () => {
    const store = await open()
    const many = Array.from({length: 1_200}, (_, n) => row(`s${n}`, {n}))
    await store.write((db) => putServerHealth(db, many, 1))
    const gone = many.slice(0, 1_100).map(({serverId}) => serverId)
    await store.write(async (db) => {
      await putServerHealth(db, [row('s1199', {n: -1})], 2)
      await deleteServerHealth(db, gone)
    })
    const rows = await store.read(readServerHealth)
    expect(rows.length).toBe(100)
    expect(rows.find(({serverId}) => serverId === 's1199')?.state).toEqual({n: -1})
  })

  test('a state that is no JSON is nothing, and keeps no one from reading the others', async () => {
    const store = await open()
    await store.write(async (db) => {
      await putServerHealth(db, [row('a', {n: 1}), row('b', {n: 2})], 1)
      await db.updateTable('serverHealth').set({state: '{"n": '}).where('serverId', '=', 'a').execute()
    })
    const rows = await store.read(readServerHealth)
    expect(new Map(rows.map(({serverId, state}) => [serverId, state]))).toEqual(
      new Map<unknown, unknown>([
        ['a', undefined],
        ['b', {n: 2}],
      ]),
    )
  })
})
