import {expect, test} from 'vitest'
import {keptOf, moved, rowsOf, sectionIds, sectionsOf} from './overview-sections.ts'

const usual = sectionsOf(null)
const ids = (sections: ReturnType<typeof sectionsOf>) => sections.map(({id}) => id)

test('a user who never set them sees all of it in the usual order, and nothing is kept of that', () => {
  expect(ids(usual)).toEqual(sectionIds)
  expect(keptOf(usual)).toBeNull()
  expect(keptOf(moved(moved(usual, 'today', 1), 'today', -1))).toBeNull()
})

test('what is hidden and ordered is kept, and what came since stands last', () => {
  const sections = sectionsOf([{id: 'servers'}, {id: 'needs', hidden: true}, {id: 'gone since'}])
  expect(sections.slice(0, 2)).toEqual([
    {id: 'servers', isHidden: false},
    {id: 'needs', isHidden: true},
  ])
  expect(ids(sections)).toEqual(['servers', 'needs', 'today', 'tiles', 'trackers', 'distribution', 'arrived'])
  expect(sectionsOf(keptOf(sections))).toEqual(sections)
})

test('a part moves by one place, and no further than the ends', () => {
  expect(ids(moved(usual, 'tiles', -1)).slice(0, 3)).toEqual(['needs', 'tiles', 'today'])
  expect(moved(usual, 'needs', -1)).toEqual(usual)
  expect(moved(usual, 'arrived', 1)).toEqual(usual)
})

test('cards stand side by side, and what is as wide as the page alone', () => {
  expect(rowsOf(usual)).toEqual([
    ['needs', 'today'],
    ['tiles'],
    ['servers'],
    ['trackers', 'distribution', 'arrived'],
  ])
  expect(rowsOf(usual.map((it) => ({...it, isHidden: it.id === 'tiles' || it.id === 'servers'})))).toEqual([
    ['needs', 'today', 'trackers', 'distribution', 'arrived'],
  ])
  expect(rowsOf(usual.map((it) => ({...it, isHidden: true})))).toEqual([])
})
