import fc from 'fast-check'
import {expect, test} from 'vitest'
import {areOver, boxAt, placeBeside, placeInCorner, type Box, type Place, type Size} from './hints.ts'

const room = {left: 0, top: 48, right: 1_440, bottom: 872}
const hint = {width: 288, height: 140}
const nothing = {kept: [], others: []}

const boxIn = ({left, top, right, bottom}: Box, most: Size) =>
  fc
    .record({
      x: fc.double({min: left - 40, max: right + 20, noNaN: true}),
      y: fc.double({min: top - 40, max: bottom + 20, noNaN: true}),
      width: fc.double({min: 1, max: most.width, noNaN: true}),
      height: fc.double({min: 1, max: most.height, noNaN: true}),
    })
    .map(({x, y, width, height}) => ({left: x, top: y, right: x + width, bottom: y + height}))

/** Windows of any width with controls anywhere, some of them of what the hint is about. */
const scenes = fc
  .record({
    width: fc.oneof(fc.constantFrom(760, 1_024, 1_366, 1_920), fc.integer({min: 320, max: 2_560})),
    height: fc.integer({min: 320, max: 1_440}),
  })
  .chain(({width, height}) => {
    const page = {left: 0, top: 48, right: width, bottom: height - 28}
    const control = {width: width / 2, height: 60}
    return fc.record({
      room: fc.constant(page),
      control: boxIn(page, control),
      kept: fc.array(boxIn(page, control), {maxLength: 30}),
      others: fc.array(boxIn(page, control), {maxLength: 40}),
      size: fc.record({width: fc.integer({min: 100, max: 320}), height: fc.integer({min: 60, max: 260})}),
    })
  })

const isWithin = (it: Box, outer: Box) =>
  it.left >= outer.left && it.right <= outer.right && it.top >= outer.top && it.bottom <= outer.bottom

/** Looked for step by step, px. */
function isFree(size: Size, within: Box, never: readonly Box[], step: number): boolean {
  for (let top = within.top + 8; top + size.height <= within.bottom - 8; top += step)
    for (let left = within.left + 8; left + size.width <= within.right - 8; left += step)
      if (!never.some((it) => areOver(boxAt({left, top}, size), it))) return true
  return false
}

const around = ({left, top, right, bottom}: Box): Box => ({
  left: left - 10,
  top: top - 10,
  right: right + 10,
  bottom: bottom + 10,
})

test('whatever stands where, a hint is within the window, and covers neither its control nor what is kept', () => {
  fc.assert(
    fc.property(scenes, ({size, ...scene}) => {
      const place = placeBeside(size, scene)
      if (place === null) return
      const box = boxAt(place, size)
      expect(isWithin(box, scene.room)).toBe(true)
      expect([scene.control, ...scene.kept].filter((it) => areOver(box, it))).toEqual([])
    }),
    {numRuns: 500},
  )
})

test('where there is a place that covers nothing at all, it is taken; where there is none for it, there is no hint', () => {
  fc.assert(
    fc.property(scenes, ({size, ...scene}) => {
      const place = placeBeside(size, scene)
      const never = [around(scene.control), ...scene.kept]
      if (place === null) {
        expect(isFree(size, scene.room, never, 16)).toBe(false)
      } else if (scene.others.some((it) => areOver(boxAt(place, size), it))) {
        expect(isFree(size, scene.room, [...never, ...scene.others], 16)).toBe(false)
      }
    }),
    {numRuns: 200},
  )
})

test('the list covers nothing that is kept either, and is shown where there is room', () => {
  fc.assert(
    fc.property(scenes, ({size, room: page, kept}) => {
      const place = placeInCorner(size, page, kept)
      if (place === null) {
        expect(isFree(size, page, kept, 16)).toBe(false)
        return
      }
      expect(isWithin(boxAt(place, size), page)).toBe(true)
      expect(kept.filter((it) => areOver(boxAt(place, size), it))).toEqual([])
    }),
    {numRuns: 200},
  )
})

test('it goes on keeping off when the list grows, row by row', () => {
  fc.assert(
    fc.property(scenes, ({size, room: page, control, kept}) => {
      const rows = kept.map((it, at) => ({
        ...it,
        top: control.bottom + 40 * at,
        bottom: control.bottom + 40 * at + 32,
      }))
      for (const count of rows.keys()) {
        const place = placeBeside(size, {room: page, control, kept: rows.slice(0, count), others: []})
        if (place === null) continue
        expect(rows.slice(0, count).filter((it) => areOver(boxAt(place, size), it))).toEqual([])
      }
    }),
    {numRuns: 100},
  )
})

test('the list stands in the lower right corner, and goes up or aside where it would cover something', () => {
  const corner = {left: 1_144, top: 724}
  expect(placeInCorner(hint, room, [])).toEqual(corner)
  const answer = {left: 1_200, top: 840, right: 1_300, bottom: 870}
  expect(placeInCorner(hint, room, [answer])).toEqual({left: 1_144, top: 700})
  const column = {left: 1_200, top: 48, right: 1_300, bottom: 872}
  expect(placeInCorner(hint, room, [column])).toEqual({left: 912, top: 724})
})

test('where there is no place, there is no hint', () => {
  expect(placeBeside(hint, {...nothing, room, control: room})).toBeNull()
  expect(placeInCorner(hint, room, [room])).toBeNull()
})

test('it is beside its control: below before above, before right and left, and flush with it', () => {
  const control = {left: 400, top: 300, right: 500, bottom: 330}
  const below = {left: 450, top: 360, right: 500, bottom: 390}
  const place = (others: readonly Box[]): Place | null => placeBeside(hint, {room, control, kept: [], others})
  expect(place([])).toEqual({left: 400, top: 340})
  // As near, a little aside, where the button is not.
  expect(place([{...below, left: 520, right: 600}])).toEqual({left: 232, top: 340})
  expect(place([{...below, left: 100, right: 800}])).toEqual({left: 400, top: 150})
  const columns = [
    {left: 100, top: 340, right: 520, bottom: 872},
    {left: 100, top: 48, right: 520, bottom: 290},
  ]
  expect(place(columns)).toEqual({left: 520, top: 300})
})

test('where it must cover others it covers as few as can be, and still nothing that is kept', () => {
  const low = {left: 0, top: 0, right: 700, bottom: 200}
  const control = {left: 10, top: 10, right: 60, bottom: 40}
  const wall = {left: 0, top: 60, right: 700, bottom: 120}
  const others = [wall, {left: 100, top: 0, right: 290, bottom: 200}]
  const kept = [{left: 300, top: 0, right: 320, bottom: 200}]
  const place = placeBeside({width: 100, height: 100}, {room: low, control, kept, others})!
  const box = boxAt(place, {width: 100, height: 100})
  expect(kept.filter((it) => areOver(box, it))).toEqual([])
  expect(others.filter((it) => areOver(box, it)).length).toBe(1)
})
