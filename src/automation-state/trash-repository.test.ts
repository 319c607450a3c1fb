import {expect, test} from 'vitest'
import type {TrashRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {away, memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'
import {becomes} from './trash-repository.ts'

const DAY = 86_400_000
const metainfo = new Uint8Array([100, 0, 255, 101])

async function harness() {
  const base = await memoryHarness()
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
  const {open, record, trash} = await harness()
  await trash.setAside(record('t1'), metainfo)
  await trash.setAside({...record('t2'), rule: null, userId: 'ann'}, null)
  const after = (await open()).trash
  expect(after.of('t1')).toEqual(record('t1'))
  expect(after.all()).toHaveLength(2)
  expect(await after.metainfo('t1')).toEqual(metainfo)
  expect(await after.metainfo('t2')).toBeNull()
})

test('its time is over once, whatever the wall clock does, and not while it is brought back', async () => {
  const {clock, record, trash} = await harness()
  await trash.setAside(record('t1', 7), null)
  await trash.setAside(record('t2', 8), null)
  clock.jump(30 * DAY)
  expect(trash.due()).toEqual([])
  expect(trash.next()).toBe(7 * DAY)
  await clock.advance(7 * DAY)
  expect(trash.due().map(({id}) => id)).toEqual(['t1'])
  await trash.change('t2', becomes('restoring', clock.now()))
  await trash.change('t1', becomes('purging', clock.now()))
  await clock.advance(DAY)
  expect(trash.due()).toEqual([])
  expect(trash.next()).toBeNull()
})

test('a restoration that failed is kept on, with the reason', async () => {
  const {clock, open, record, trash} = await harness()
  await trash.setAside(record('t1', 7), metainfo)
  await trash.change('t1', becomes('restoring', 5))
  await trash.change('t1', becomes('kept', 6, 'The server does not answer.'))
  const after = (await open()).trash
  expect(after.of('t1')).toMatchObject({state: 'kept', stateAt: 6, message: 'The server does not answer.'})
  expect(await after.metainfo('t1')).toEqual(metainfo)
  await clock.advance(7 * DAY)
  expect(trash.due()).toHaveLength(1)
})

test('with its end the torrent file goes, and later the record', async () => {
  const {open, record, trash} = await harness()
  for (const id of ['t1', 't2', 't3']) await trash.setAside(record(id), metainfo)
  await trash.change('t1', becomes('restored', 10))
  await trash.change('t2', becomes('purged', 9))
  expect(await trash.metainfo('t1')).toBeNull()
  expect(await trash.metainfo('t3')).toEqual(metainfo)
  await trash.expire({restored: 5, purged: 10})
  for (const repository of [trash, (await open()).trash])
    expect(
      repository
        .all()
        .map(({id}) => id)
        .sort(),
    ).toEqual(['t1', 't3'])
})

test('what could not be written is not in the trash', async () => {
  const {record, setFault, trash} = await harness()
  await trash.setAside(record('t1'), metainfo)
  setFault(away)
  await expect(trash.setAside(record('t2'), metainfo)).rejects.toBe(away)
  await expect(trash.change('t1', becomes('purged', 9))).rejects.toBe(away)
  expect(trash.all()).toEqual([record('t1')])
  expect(await trash.change('t2', becomes('purged', 9))).toBeNull()
})

test('what was not set aside after all is forgotten, torrent file and all', async () => {
  const {open, record, trash} = await harness()
  await trash.setAside(record('t1'), metainfo)
  await trash.forget('t1')
  const after = (await open()).trash
  expect([trash.all(), trash.next(), after.all(), await after.metainfo('t1')]).toEqual([[], null, [], null])
})

test('what is known of it may change, and its time goes on', async () => {
  const {open, clock, record, trash} = await harness()
  await trash.setAside(record('t1', 7), metainfo)
  await clock.advance(DAY)
  const message = 'Its files are those of another.'
  await trash.change('t1', (now) => ({...now, paths: [], message}))
  expect([trash.next(), (await open()).trash.of('t1')!.paths]).toEqual([6 * DAY, []])
})

test('changes at one time follow each other, each on what the one before it left, in memory and in the database', async () => {
  const {open, clock, record, trash} = await harness()
  await trash.setAside(record('t1', 7), metainfo)
  const later = (now: TrashRecord) => (now.state === 'kept' ? {...now, until: clock.now() + 9 * DAY} : null)
  const done = await Promise.all([
    trash.change('t1', becomes('restoring', 5)),
    trash.change('t1', later),
    trash.change('t1', (now) => ({...now, bytes: 8})),
    trash.change('t1', becomes('restored', 6)),
  ])
  expect(done.map((it) => it?.state ?? null)).toEqual(['restoring', null, 'restoring', 'restored'])
  for (const repository of [trash, (await open()).trash])
    expect(repository.of('t1')).toMatchObject({state: 'restored', bytes: 8, until: record('t1', 7).until})
})

test('what could not be written is no ground for the change after it', async () => {
  const {setFault, record, trash} = await harness()
  await trash.setAside(record('t1', 7), metainfo)
  setFault(away)
  const failed = trash.change('t1', becomes('restoring', 5))
  await expect(failed).rejects.toBe(away)
  setFault(null)
  expect(await trash.change('t1', (now) => ({...now, bytes: 8}))).toMatchObject({state: 'kept', bytes: 8})
})

test('another end of its time counts from now on', async () => {
  const {clock, record, trash} = await harness()
  await trash.setAside(record('t1', 7), metainfo)
  await clock.advance(6 * DAY)
  await trash.change('t1', (now) => ({...now, until: clock.now() + 3 * DAY}))
  expect(trash.next()).toBe(3 * DAY)
})
