import {expect, test} from 'vitest'
import type {TrashRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {away, memoryHouse, torrent} from '#test/automation-state/memory.fixture.ts'

const DAY = 86_400_000
const metainfo = new Uint8Array([100, 0, 255, 101])

async function house() {
  const base = await memoryHouse()
  const now = base.clock.now()
  const record = (id: string, days = 7): TrashRecord => ({
    id,
    ...torrent(1),
    name: 'Ubuntu',
    verb: 'recycle',
    paths: [{from: '/a', to: '/t/a'}],
    bytes: 9,
    version: 1,
    resume: {category: 'tv'},
    rule: {id: 'r1' as RuleId, revision: 2},
    userId: null,
    setAsideAt: now,
    until: now + days * DAY,
    state: 'kept',
    stateAt: now,
    message: null,
  })
  return {...base, record, trash: (await base.open()).trash}
}

test('what was set aside can be brought back after a restart, torrent file and all', async () => {
  const {open, record, trash} = await house()
  await trash.setAside(record('t1'), metainfo)
  await trash.setAside({...record('t2'), rule: null, userId: 'ann'}, null)
  const after = (await open()).trash
  expect(after.of('t1')).toEqual(record('t1'))
  expect(after.all()).toHaveLength(2)
  expect(await after.metainfo('t1')).toEqual(metainfo)
  expect(await after.metainfo('t2')).toBeNull()
})

test('its time is over once, whatever the wall clock does, and not while it is brought back', async () => {
  const {clock, record, trash} = await house()
  await trash.setAside(record('t1', 7), null)
  await trash.setAside(record('t2', 8), null)
  clock.jump(30 * DAY)
  expect(trash.due()).toEqual([])
  expect(trash.next()).toBe(7 * DAY)
  await clock.advance(7 * DAY)
  expect(trash.due().map(({id}) => id)).toEqual(['t1'])
  await trash.change('t2', 'restoring', clock.now())
  await trash.change('t1', 'purging', clock.now())
  await clock.advance(DAY)
  expect(trash.due()).toEqual([])
  expect(trash.next()).toBeNull()
})

test('a restoration that failed is kept on, with the reason', async () => {
  const {clock, open, record, trash} = await house()
  await trash.setAside(record('t1', 7), metainfo)
  await trash.change('t1', 'restoring', 5)
  await trash.change('t1', 'kept', 6, 'The server does not answer.')
  const after = (await open()).trash
  expect(after.of('t1')).toMatchObject({state: 'kept', stateAt: 6, message: 'The server does not answer.'})
  expect(await after.metainfo('t1')).toEqual(metainfo)
  await clock.advance(7 * DAY)
  expect(trash.due()).toHaveLength(1)
})

test('with its end the torrent file goes, and later the record', async () => {
  const {open, record, trash} = await house()
  for (const id of ['t1', 't2', 't3']) await trash.setAside(record(id), metainfo)
  await trash.change('t1', 'restored', 10)
  await trash.change('t2', 'purged', 9)
  expect(await trash.metainfo('t1')).toBeNull()
  expect(await trash.metainfo('t3')).toEqual(metainfo)
  await trash.expire(10)
  for (const book of [trash, (await open()).trash])
    expect(
      book
        .all()
        .map(({id}) => id)
        .sort(),
    ).toEqual(['t1', 't3'])
})

test('what could not be written is not in the trash', async () => {
  const {record, setFault, trash} = await house()
  await trash.setAside(record('t1'), metainfo)
  setFault(away)
  await expect(trash.setAside(record('t2'), metainfo)).rejects.toBe(away)
  await expect(trash.change('t1', 'purged', 9)).rejects.toBe(away)
  expect(trash.all()).toEqual([record('t1')])
  await expect(trash.change('t2', 'purged', 9)).rejects.toThrow('t2')
})

test('what was not set aside after all is forgotten, torrent file and all', async () => {
  const {open, record, trash} = await house()
  await trash.setAside(record('t1'), metainfo)
  await trash.forget('t1')
  const after = (await open()).trash
  expect([trash.all(), trash.next(), after.all(), await after.metainfo('t1')]).toEqual([[], null, [], null])
})

test('what is known of it may change, and its time goes on', async () => {
  const {open, clock, record, trash} = await house()
  await trash.setAside(record('t1', 7), metainfo)
  await clock.advance(DAY)
  await trash.replace({...record('t1', 7), paths: [], message: 'Its files are those of another.'})
  expect([trash.next(), (await open()).trash.of('t1')!.paths]).toEqual([6 * DAY, []])
})
