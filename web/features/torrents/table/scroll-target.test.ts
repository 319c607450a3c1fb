import {beforeEach, expect, test} from 'vitest'
import type {LiveView} from '../../../live/view.ts'
import {currentRow} from '../../torrent-rows/current-row.ts'
import {layRows, scrollMap, viewportAt, type Viewport} from './row-layout.ts'
import {ScrollTarget, type Standing} from './scroll-target.ts'

const ROW = 30
const VIEWPORT = 300

/** A list as its page has it: who stands where, how much of that the page was told, and how far it is scrolled. */
class List {
  readonly target: ScrollTarget
  names: readonly string[] = []
  /** Ranks are told of these alone; `null` = of all. */
  told: readonly string[] | null = null
  /** Rows are there, wherever the list stands. */
  hasRows = true
  viewport = VIEWPORT
  #stage: Viewport

  constructor(names: readonly string[]) {
    this.names = names
    const view = {
      isCurrent: true,
      isKnown: () => this.hasRows,
      rankOf: (name: string) => {
        if (this.told !== null && !this.told.includes(name)) return undefined
        const rank = this.names.indexOf(name)
        return rank === -1 ? null : rank
      },
    }
    this.target = new ScrollTarget(view as unknown as LiveView, () => undefined)
    const layout = layRows(0, ROW, null)
    this.#stage = viewportAt({layout, map: scrollMap(0, this.viewport)}, 0, this.#sight)
    this.take()
  }

  get #sight() {
    return {viewport: this.viewport, rowHeight: ROW, stuck: 0}
  }

  /** Where the list would stand with the news that there are. */
  next(): Viewport {
    const layout = layRows(this.names.length, ROW, null)
    const laid = {layout, map: scrollMap(layout.height, this.viewport)}
    return viewportAt(laid, this.target.topIn(laid, this.#stage, this.#sight), this.#sight)
  }

  take(): void {
    const stage = this.next()
    this.#stage = stage
    this.target.arrive(stage, true, () => this.#standing())
  }

  /** Somebody scrolls, px. */
  scroll(scrollTop: number): void {
    this.#stage = {...this.#stage, scrollTop}
    this.target.drop(this.#standing())
    this.take()
  }

  /** px below the upper edge. */
  heightOf(name: string): number {
    return this.names.indexOf(name) * ROW - this.#stage.scrollTop
  }

  #standing(): Standing {
    const {layout, map, scrollTop} = this.#stage
    const first = Math.ceil(scrollTop / ROW)
    const seen = this.hasRows ? this.names.slice(first, Math.ceil((scrollTop + this.viewport) / ROW)) : []
    return {
      layout,
      map,
      scrollTop,
      viewport: this.viewport,
      seen: new Map(seen.map((it, at) => [it, first + at])),
    }
  }
}

const few = Array.from({length: 200}, (_, at) => `b${at}`)
const more = Array.from({length: 300}, (_, at) => `a${at}`)
const many = [...more, ...few]

beforeEach(() => currentRow.become(null))

/** So far down that the list with all of them stands beyond the end of the list without. */
function scrolledDown(current: string | null): List {
  const list = new List(few)
  list.scroll(4_505)
  currentRow.become(current)
  return list
}

test.each([
  ['who is current', 'b155', 'b155'],
  ['the first one that is seen, where there is no current one', null, 'b151'],
])('rows that have not come when thousands come and go do not lose %s', (_who, current, name) => {
  const list = scrolledDown(current)
  const before = list.heightOf(name)
  // The page is told where those went whom it follows, and no row of where they stand.
  list.told = list.target.landmarks
  list.hasRows = false
  for (const names of [many, few, many, [...more.slice(100), ...few], few]) {
    list.names = names
    list.take()
    expect(list.heightOf(name)).toBe(before)
  }
  list.hasRows = true
  list.told = null
  list.take()
  expect(list.heightOf(name)).toBe(before)
})

test('a followed torrent is waited for while its rank is not known, and found when it is', () => {
  const list = scrolledDown('b155')
  const before = list.heightOf('b155')
  expect(list.target.isUnsure(list.next())).toBe(false)
  list.told = ['b151', 'b160']
  list.names = many
  expect(list.target.isUnsure(list.next())).toBe(true)
  // It came too late: the list had to be placed.
  list.take()
  list.told = ['b155']
  expect(list.target.isUnsure(list.next())).toBe(false)
  list.take()
  expect(list.heightOf('b155')).toBe(before)
  list.names = few
  list.take()
  expect(list.heightOf('b155')).toBe(before)
})

test('a user who scrolls while nothing is known stays where they scrolled to', () => {
  const list = scrolledDown('b155')
  list.told = []
  list.names = many
  list.take()
  list.scroll(0)
  list.told = null
  list.take()
  expect(list.heightOf('a0')).toBe(0)
})

test('an item that the user goes to is shown, not what was seen before', () => {
  const list = scrolledDown('b155')
  list.target.toItem(3)
  list.hasRows = false
  list.take()
  expect(list.heightOf('b3')).toBe(0)
  list.hasRows = true
  list.take()
  expect(list.heightOf('b3')).toBe(0)
})

test('of what left the list the others keep their place', () => {
  const list = scrolledDown('b155')
  const before = list.heightOf('b156')
  list.names = many.filter((it) => it !== 'b155')
  list.take()
  expect(list.heightOf('b151')).toBe(before - 5 * ROW)
})

test('who is current stays seen where there is less room, with rows that come at the same time', () => {
  const list = scrolledDown('b158')
  list.viewport = 120
  list.names = many
  list.take()
  expect(list.heightOf('b158')).toBe(120 - ROW)
})
