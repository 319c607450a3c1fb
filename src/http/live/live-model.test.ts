/** Whatever changes and whatever the page asks: once it is quiet, the page has what is so. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {LivePage} from '#test/http/live-client.fixture.ts'
import {hashNumber, liveHarness, nameOf, numbered, type LiveHarness} from '#test/http/live-harness.fixture.ts'

const column = {columns: ['name', 'down_speed', 'tags', 'ratio']}

interface Situation {
  readonly harness: LiveHarness
  readonly page: LivePage
  range: [number, number]
  born: number
  followed: readonly number[]
}

function follow({page, followed}: Situation): Promise<unknown> {
  const keys = followed.map((it) => ({server_id: 'qBit', info_hash: hashNumber(it)}))
  return page.follow(1, keys)
}

type Step = (situation: Situation) => void | Promise<unknown>

const row = fc.nat(59)
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(row, fc.nat(3)).map(([at, downSpeed]) => ({harness}: Situation) => {
    if (harness.fleet.records[at])
      harness.change(at, {downSpeed, tags: downSpeed === 0 ? [] : [`t${downSpeed}`]})
  }),
  fc.tuple(row, fc.nat(99)).map(([at, number]) => ({harness}: Situation) => {
    if (harness.fleet.records[at]) harness.change(at, {name: nameOf(number)})
  }),
  row.map(
    (at) =>
      ({harness}: Situation) =>
        harness.remove(at),
  ),
  // Rows are given out again.
  row.map((at) => (situation: Situation) => {
    situation.harness.fleet.records[at] = {
      ...numbered(1000 + situation.born),
      name: nameOf(situation.born++ % 90),
    }
  }),
  fc.constant(({harness, page}: Situation) => {
    harness.rankings.reckon()
    return page.settled()
  }),
  fc.tuple(row, fc.nat(25)).map(([from, length]) => (situation: Situation) => {
    situation.range = [from, from + length]
    return situation.page.show(1, [situation.range])
  }),
  fc.boolean().map(
    (on) =>
      ({page}: Situation) =>
        page.say({type: 'hold', view: 1, on}),
  ),
  fc.constant(({page}: Situation) => page.say({type: 'update', view: 1})),
  fc.array(fc.nat(70), {maxLength: 3}).map((numbers) => (situation: Situation) => {
    situation.followed = numbers
    return follow(situation)
  }),
  fc.constant(async (situation: Situation) => {
    await situation.page.openView(1, column, [situation.range])
    await follow(situation)
  }),
  fc.tuple(row, fc.nat(25)).map(([from, length]) => async (situation: Situation) => {
    situation.range = [from, from + length]
    await situation.page.changeView(1, column, [situation.range])
    await follow(situation)
  }),
  fc.constant(({page}: Situation) => page.settled()),
)

test('the rows that a page put together from what it was sent are those that are there', async () => {
  const harness = await liveHarness(60)
  await fc.assert(
    fc.asyncProperty(fc.array(steps, {maxLength: 40}), async (each) => {
      const page = await harness.page()
      const situation: Situation = {harness, page, range: [0, 20], born: 0, followed: []}
      await page.openView(1, column, [situation.range])
      for (const step of each) await step(situation)
      page.say({type: 'hold', view: 1, on: false})
      await page.settled()
      harness.rankings.reckon()
      await page.settled()
      const {records} = harness.fleet
      const all = records.filter((it) => it !== undefined)
      all.sort((a, b) => (a.name < b.name ? -1 : 1))
      const shown = all.slice(...situation.range)
      const view = page.view(1)
      expect(view.cells(situation.range)).toEqual(
        shown.map((it) => [it.name, it.downSpeed, it.tags, it.ratio ?? {}]),
      )
      expect(view.names(situation.range)).toEqual(shown.map((it) => `${it.key.serverId} ${it.key.hash}`))
      expect(view.figures.totals!.count).toBe(all.length)
      expect(view.moved).toBe(0)
      const rankOf = (hash: string) => all.findIndex((it) => it.key.hash === hash)
      const ranks = situation.followed.map((it) => rankOf(hashNumber(it)))
      expect(view.followed.map(([, , rank]) => rank ?? -1)).toEqual(ranks)
      await page.leave()
    }),
    {numRuns: 60},
  )
  await harness.http.close()
})
