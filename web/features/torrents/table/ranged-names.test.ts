import {expect, test} from 'vitest'
import {layRows, namesBeside, namesBetween, type RowsOf} from './row-layout.ts'

function rows(known: (rank: number) => boolean, asked: (readonly [number, number])[] = []): RowsOf {
  return {
    at: (rank) => (known(rank) ? ({key: `nas~${rank}`} as ReturnType<RowsOf['at']>) : null),
    keys: async (from, to) => {
      asked.push([from, to])
      return Array.from({length: to - from}, (_, at) => ['nas', String(from + at)] as const)
    },
  }
}

test('what is on screen is named without asking, in either direction', async () => {
  const view = rows(() => true)
  const layout = layRows(100, 30, null)
  expect(await namesBetween(view, layout, 3, 5)).toEqual(['nas~3', 'nas~4', 'nas~5'])
  expect(await namesBetween(view, layout, 5, 3)).toEqual(['nas~3', 'nas~4', 'nas~5'])
})

test('what is out of sight is asked for, in questions that the server answers', async () => {
  const asked: [number, number][] = []
  const names = await namesBetween(
    rows((rank) => rank < 60, asked),
    layRows(100_000, 30, null),
    10,
    45_009,
  )
  expect([names?.length, names?.[0], names?.at(-1)]).toEqual([45_000, 'nas~10', 'nas~45009'])
  expect(asked).toEqual([
    [10, 20_010],
    [20_010, 40_010],
    [40_010, 45_010],
  ])
})

test('the others are those before and after', async () => {
  const view = rows(() => false)
  const layout = layRows(12_003, 30, null)
  expect(await namesBeside(view, layout, [12_000, 1], 12_003)).toEqual(['nas~0', 'nas~12001', 'nas~12002'])
  expect(await namesBeside(view, layout, [0, 12_002], 12_003)).toEqual([])
})

test('when one of the questions is not answered, none is named', async () => {
  const view = rows(() => false)
  const broken: RowsOf = {...view, keys: async (from, to) => (from < 20_000 ? view.keys(from, to) : null)}
  expect(await namesBetween(broken, layRows(100_000, 30, null), 0, 30_000)).toBeNull()
})

test('rows of folded groups are not among them', async () => {
  const group = (value: string, from: number) => ({
    value,
    from,
    count: 2,
    size: 0,
    down_speed: 0,
    up_speed: 0,
  })
  const layout = layRows(6, 30, [group('a', 0), group('b', 2), group('c', 4)], (value) => value === 'b')
  expect(
    await namesBetween(
      rows(() => true),
      layout,
      1,
      6,
    ),
  ).toEqual(['nas~0', 'nas~1', 'nas~4', 'nas~5'])
})
