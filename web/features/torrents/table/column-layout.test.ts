import {expect, test} from 'vitest'
import {
  currentColumns,
  fitColumns,
  withFit,
  withMoved,
  withPinned,
  withShown,
  withStep,
  withWidths,
} from './column-layout.ts'

const usual = currentColumns(null)

function idsIn(room: number, isRoomy = false): string[] {
  return fitColumns(usual, room, isRoomy).shown.map(({column}) => column.id)
}

function widthOf(id: string, room: number, chosen = usual): number | undefined {
  return fitColumns(chosen, room, false).shown.find(({column}) => column.id === id)?.width
}

test('the name takes what the others leave, and all of them fill the room', () => {
  expect(widthOf('name', 1400)).toBe(1400 - 34 - 12 - 152 - 76 - 78 - 78 - 52 - 50 - 68 - 86 - 82 - 62)
  expect(fitColumns(usual, 1400, false).width).toBe(1400)
})

test('without room added goes first, then category, peers, ratio and up; never name, state and server', () => {
  expect(idsIn(1220)).toContain('added_at')
  expect(fitColumns(usual, 1100, false).dropped.map(({id}) => id)).toEqual(['added_at'])
  expect(fitColumns(usual, 500, false).dropped.map(({id}) => id)).toEqual([
    'added_at',
    'category',
    'peers',
    'ratio',
    'up_speed',
  ])
  expect(idsIn(300)).toEqual(['name', 'state', 'size', 'down_speed', 'eta', 'server'])
})

test('a name is never narrower than 240, the list is scrolled then', () => {
  expect(widthOf('name', 300)).toBe(240)
  expect(fitColumns(usual, 300, false).width).toBeGreaterThan(300)
})

test('rows of two lines say server, category and added in the second one', () => {
  expect(idsIn(1400, true)).toEqual([
    'name',
    'state',
    'size',
    'down_speed',
    'up_speed',
    'eta',
    'ratio',
    'peers',
  ])
})

test('columns that are not known any more are left out, and the name is always there', () => {
  expect(currentColumns([{id: 'mood'}, {id: 'size'}])).toEqual([{id: 'name'}, {id: 'size'}])
})

test('pinned columns stand first', () => {
  const chosen = withPinned(usual, 'server', true)
  expect(fitColumns(chosen, 1400, false).shown[0]?.column.id).toBe('server')
  expect(withPinned(chosen, 'server', false)).toEqual(usual)
})

test('a width that is drawn is kept, but no less than the column needs', () => {
  expect(widthOf('size', 1400, withWidths(usual, new Map([['size', 120.4]])))).toBe(120)
  expect(widthOf('size', 1400, withWidths(usual, new Map([['size', 3]])))).toBe(44)
})

test('a column is moved before another one, to the end, or by one place', () => {
  const ids = (chosen: typeof usual) => chosen.map(({id}) => id)
  expect(ids(withMoved(usual, 'server', 'state')).slice(0, 3)).toEqual(['name', 'server', 'state'])
  expect(ids(withMoved(usual, 'state', null)).at(-1)).toBe('state')
  const {shown} = fitColumns(usual, 1400, false)
  expect(ids(withStep(usual, shown, 'state', 1)).slice(0, 3)).toEqual(['name', 'size', 'state'])
  expect(withStep(usual, shown, 'name', -1)).toBe(usual)
})

test('a column is hidden and comes back in its place; a new one comes at the end', () => {
  const hidden = withShown(usual, 'size', false)
  expect(fitColumns(hidden, 1400, false).shown.map(({column}) => column.id)).not.toContain('size')
  expect(withShown(hidden, 'size', true)).toEqual(usual)
  expect(withShown(usual, 'comment', true).at(-1)).toEqual({id: 'comment'})
  expect(withShown(usual, 'name', false)).toBe(usual)
})

test('fitted columns are as wide as what they show; what is not known stays, nothing is wider than 800', () => {
  const widths: Record<string, number> = {size: 91.2, comment: 2000}
  const chosen = withFit(
    withShown(usual, 'comment', true),
    ['size', 'comment', 'eta'],
    (id) => widths[id] ?? 0,
  )
  expect(chosen.find(({id}) => id === 'size')?.width).toBe(92)
  expect(chosen.find(({id}) => id === 'comment')?.width).toBe(800)
  expect(chosen.find(({id}) => id === 'eta')?.width).toBeUndefined()
})
