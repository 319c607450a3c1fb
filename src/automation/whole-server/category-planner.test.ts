import {expect, test} from 'vitest'
import type {ManagedServer} from '#model/manager.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {CategoryPlanner, type WantedCategories} from './category-planner.ts'
import {serverWith} from './planners.fixture.ts'

type CategoriesWanted = ReturnType<WantedCategories['on']>

function harness() {
  const clock = new VirtualClock()
  const there: {names: string[] | undefined; wanted: CategoriesWanted; server: ManagedServer} = {
    names: [],
    wanted: {names: ['films', 'tv/hd'], root: '/done'},
    server: serverWith(),
  }
  const planner = new CategoryPlanner(
    clock,
    () => 1,
    () => there.names,
    () => there.wanted,
  )
  const look = (servers = [there.server]) =>
    planner.look(servers).map(({make}) => make.map(({name}) => name).join(' '))
  return {clock, there, planner, look}
}

test('B.1 what is missing is made, parents first, below CompletedDownloadFolder', () => {
  const {there, planner} = harness()
  there.names = ['films']
  expect(planner.look([there.server])).toEqual([
    {
      serverId: 'qBit',
      make: [
        {name: 'tv', savePath: '/done/tv'},
        {name: 'tv/hd', savePath: '/done/tv/hd'},
      ],
      because: 'tv, tv/hd: what is put there belongs to an Arr, or is managed here.',
    },
  ])
})

test('B.1 what is there stays as it is; where no path is shared its server decides', () => {
  const {there, look, planner} = harness()
  there.names = ['films', 'tv', 'tv/hd']
  expect(look()).toEqual([])
  there.wanted = {names: ['new'], root: null}
  expect(planner.look([there.server])[0]!.make).toEqual([{name: 'new', savePath: null}])
})

for (const change of [{status: 'warming'}, {status: 'unreachable'}, {populationDrop: 0.3}] as const) {
  test(`S01 S02 nothing is made on a server with ${JSON.stringify(change)}, and all of it when it is back`, () => {
    const {there, look} = harness()
    there.server = serverWith(change)
    expect(look()).toEqual([])
    there.server = serverWith()
    expect(look()).toEqual(['films tv tv/hd'])
  })
}

test('a server that does not report what it has gets nothing', () => {
  const {there, look} = harness()
  there.names = undefined
  expect(look()).toEqual([])
})

test('it is asked for once, and later each time while it does not appear', async () => {
  const {clock, look} = harness()
  const asked: number[] = []
  for (let minute = 0; minute < 20; minute++) {
    if (look().length > 0) asked.push(minute)
    await clock.advance(60_000)
  }
  expect(asked).toEqual([0, 2, 6, 14])
})

test('B.1 other categories, or a server that was added again, are seen to at once', () => {
  const {there, look} = harness()
  expect(look()).toHaveLength(1)
  expect(look()).toEqual([])
  there.wanted = {names: ['films', 'tv/hd', 'books'], root: '/done'}
  expect(look()).toEqual(['films tv tv/hd books'])
  expect(look([])).toEqual([])
  expect(look()).toHaveLength(1)
})

test('what a user removes is made again', () => {
  const {there, look} = harness()
  there.names = ['films', 'tv', 'tv/hd']
  expect(look()).toEqual([])
  there.names = ['films']
  expect(look()).toEqual(['tv tv/hd'])
})
