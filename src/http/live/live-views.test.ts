/** What a page is told of a view: its window whole, and then what changes. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {hashOf, startOfTime, torrent} from '#test/http/http-fakes.ts'
import type {LivePage} from '#test/http/live-client.fixture.ts'
import {hashNumber, liveHarness, nameOf, numbered, type LiveHarness} from '#test/http/live-harness.fixture.ts'

let harness: LiveHarness
let page: LivePage
beforeEach(async () => {
  harness = await liveHarness(200)
  page = await harness.page()
})
afterEach(() => harness.http.close())

const namesFrom = (from: number, to: number) =>
  Array.from({length: to - from}, (_, at) => `qBit ${hashNumber(from + at)}`)
const reckoned = () => {
  harness.rankings.reckon()
  return page.settled()
}
const viewsSent = () => page.messages.filter((it) => it.type === 'view')

test('the first answer has the whole window, with all figures', async () => {
  const news = await page.openView(
    7,
    {columns: ['name', 'down_speed', 'ratio', 'up_limit'], facets: ['state']},
    [[0, 3]],
  )
  expect(news).toEqual({
    type: 'view',
    view: 7,
    re: 1,
    totals: {count: 200, size: 200_000, down_speed: 1000, up_speed: 0},
    scope_totals: {count: 200, size: 200_000, down_speed: 1000, up_speed: 0},
    servers_online: 2,
    servers_total: 3,
    facets: {state: [{value: '', count: 200, size: 0}]},
    groups: null,
    mistakes: [],
    order: [{from: 0, refs: [1, 2, 3]}],
    rows: [0, 1, 2].map((it) => [it + 1, 'qBit', hashNumber(it), [nameOf(it), 5, {}, null]]),
  })
  expect(harness.watched).toEqual([['qBit', 'box', 'down']])
})

test('then only what changed is sent, and nothing when nothing did', async () => {
  await page.openView(1, {columns: ['name', 'down_speed', 'tags']}, [[0, 60]])
  await reckoned()
  expect(viewsSent()).toHaveLength(1)
  harness.change(4, {upSpeed: 1, tags: ['a']})
  harness.change(100, {tags: ['out of the window']})
  await reckoned()
  expect(viewsSent()[1]).toMatchObject({cells: [[5, [2, ['a']]]], totals: {up_speed: 1}})
  expect(Object.keys(viewsSent()[1]!)).toEqual(['type', 'view', 'totals', 'scope_totals', 'cells'])
  harness.change(4, {tags: ['a']})
  await reckoned()
  expect(viewsSent()).toHaveLength(2)
})

test('what is unknown, none and zero are three things', async () => {
  await page.openView(1, {columns: ['ratio', 'up_limit', 'up_speed']}, [[0, 1]])
  expect(page.view(1).cells([0, 1])).toEqual([[{}, null, 0]])
})

test('a jump is answered at once, and what was seen before is not sent again', async () => {
  await page.openView(1, {columns: ['name', 'down_speed']}, [[0, 20]])
  const far = await page.show(1, [[150, 170]])
  expect([far.re, far.rows!.length, Object.keys(far)]).toEqual([
    2,
    20,
    ['type', 'view', 're', 'rows', 'order'],
  ])
  expect(page.view(1).names([150, 170])).toEqual(namesFrom(150, 170))
  harness.change(3, {downSpeed: 99})
  const back = await page.show(1, [[0, 20]])
  expect([back.rows, back.cells]).toEqual([undefined, [[4, [1, 99]]]])
  expect(page.view(1).names([0, 20])).toEqual(namesFrom(0, 20))
  const same = await page.show(1, [[0, 20]])
  expect(same).toEqual({type: 'view', view: 1, re: 4})
})

test('several ranges are one window, also where they overlap or end behind the last row', async () => {
  await page.openView(1, {}, [
    [0, 3],
    [2, 5],
    [198, 300],
    [400, 410],
  ])
  const {order} = viewsSent()[0]!
  expect(order!.map((it) => [it.from, it.refs.length])).toEqual([
    [0, 3],
    [2, 3],
    [198, 2],
    [400, 0],
  ])
  expect(page.view(1).names([2, 5])).toEqual(namesFrom(2, 5))
})

test('names of whole stretches are sent from the order that is shown', async () => {
  await page.openView(1)
  expect(await page.keys(1, 10, 13)).toEqual([10, 11, 12].map((it) => ['qBit', hashNumber(it)]))
  expect(await page.keys(1, 199, 5000)).toEqual([['qBit', hashNumber(199)]])
})

const keyed = (number: number) => ({server_id: 'qBit', info_hash: hashNumber(number)})
const at = (number: number, rank: number | null) => ['qBit', hashNumber(number), rank]

test('followed torrents are sent with their ranks, also far from the window, and again when these are others', async () => {
  await page.openView(1, {columns: ['name', 'down_speed']}, [[0, 10]])
  const answer = await page.follow(1, [keyed(150), keyed(0), keyed(999)])
  expect(answer).toEqual({type: 'view', view: 1, re: 2, followed: [at(150, 150), at(0, 0), at(999, null)]})
  await reckoned()
  expect(viewsSent()).toHaveLength(2)
  harness.change(3, {name: 'zzz last'})
  await reckoned()
  expect(viewsSent().at(-1)).toMatchObject({followed: [at(150, 149), at(0, 0), at(999, null)]})
  harness.change(4, {downSpeed: 77})
  await reckoned()
  expect(viewsSent().at(-1)).not.toHaveProperty('followed')
  const same = await page.follow(1, [keyed(150)])
  expect(same.followed).toEqual([at(150, 149)])
  expect((await page.follow(1, [])).followed).toEqual([])
  harness.change(2, {name: 'zzzz last'})
  await reckoned()
  expect(page.view(1).followed).toEqual([])
})

test('a followed torrent that leaves the view, or its server, stands nowhere, and comes back', async () => {
  await page.openView(1, {q: '-state:error'}, [[0, 10]])
  await page.follow(1, [keyed(100), keyed(50)])
  harness.change(100, {state: 'error'})
  await reckoned()
  expect(page.view(1).followed).toEqual([at(100, null), at(50, 50)])
  harness.remove(50)
  await reckoned()
  expect(page.view(1).followed).toEqual([at(100, null), at(50, null)])
  // Its row is given to another one.
  harness.fleet.records[50] = numbered(900)
  harness.change(100, {state: 'seeding'})
  await reckoned()
  expect(page.view(1).followed).toEqual([at(100, 99), at(50, null)])
})

test('while the order is held a followed torrent stands where it is shown; one that is gone is gone', async () => {
  await page.openView(1, {}, [[0, 10]])
  await page.follow(1, [keyed(100), keyed(150)])
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  harness.change(100, {name: 'aaa first'})
  harness.remove(150)
  await reckoned()
  expect(page.view(1).followed).toEqual([at(100, 100), at(150, null)])
  page.say({type: 'hold', view: 1, on: false})
  await page.settled()
  expect(page.view(1).followed).toEqual([at(100, 0), at(150, null)])
})

test('a torrent that is followed before the first answer stands in it, and another wish follows none yet', async () => {
  const wish = {q: '', sort: [], group: null, columns: ['name'], facets: []}
  page.say({type: 'open', view: 1, re: 50, wish, ranges: []})
  page.say({type: 'follow', view: 1, re: 51, keys: [keyed(7)]})
  await page.settled()
  expect(viewsSent().findLast((it) => it.followed)).toMatchObject({followed: [at(7, 7)]})
  expect(await page.openView(1)).not.toHaveProperty('followed')
})

test('while the order is held cells go on, and it is said how many rows would move', async () => {
  await page.openView(1, {columns: ['name', 'down_speed']}, [[0, 10]])
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  harness.change(5, {name: 'aaa first', downSpeed: 7})
  await reckoned()
  expect(page.view(1).names([0, 10])).toEqual(namesFrom(0, 10))
  expect(page.view(1).cells([5, 6])).toEqual([['aaa first', 7]])
  expect(page.view(1).moved).toBe(6)
  page.say({type: 'update', view: 1})
  await page.settled()
  expect(page.view(1).names([0, 2])).toEqual([`qBit ${hashNumber(5)}`, `qBit ${hashNumber(0)}`])
  expect(page.view(1).moved).toBe(0)
  harness.change(5, {name: nameOf(5)})
  await reckoned()
  expect(page.view(1).moved).toBe(6)
  page.say({type: 'hold', view: 1, on: false})
  await page.settled()
  expect(page.view(1).names([0, 10])).toEqual(namesFrom(0, 10))
  expect(page.view(1).moved).toBe(0)
})

test('an order that is held has as many ranks as it had, however many torrents match now', async () => {
  expect(await page.openView(1, {}, [[0, 10]])).not.toHaveProperty('held_count')
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  for (const number of [20, 21, 22]) harness.remove(number)
  await reckoned()
  expect(page.view(1).figures).toMatchObject({totals: {count: 197}, held_count: 200})
  // Whoever asks again holds nothing, and is told the newest order.
  expect(await page.openView(1, {}, [[0, 10]])).not.toHaveProperty('held_count')
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  harness.remove(23)
  await reckoned()
  expect(page.view(1).figures).toMatchObject({totals: {count: 196}, held_count: 197})
  page.say({type: 'hold', view: 1, on: false})
  await page.settled()
  expect(page.view(1).figures).toMatchObject({totals: {count: 196}, held_count: null})
})

test('a torrent that goes while the order is held leaves a gap, and its name is forgotten', async () => {
  await page.openView(1, {}, [[0, 4]])
  page.say({type: 'hold', view: 1, on: true})
  await page.settled()
  harness.remove(1)
  await reckoned()
  expect(page.view(1).names([0, 4])).toEqual([namesFrom(0, 1)[0], null, ...namesFrom(2, 4)])
  expect(viewsSent().at(-1)).toMatchObject({gone: [2], order: [{from: 0, refs: [1, 0, 3, 4]}]})
  // Another one is put into its place.
  harness.fleet.records[1] = numbered(900)
  await reckoned()
  expect(page.view(1).names([0, 4])[1]).toBeNull()
  page.say({type: 'hold', view: 1, on: false})
  await page.settled()
  expect(page.view(1).names([0, 4])).toEqual([0, 2, 3, 4].map((it) => namesFrom(it, it + 1)[0]))
  expect(JSON.stringify(page.messages)).not.toContain(nameOf(900))
})

test('rows that were seen long ago are forgotten, and the page may forget them, too', async () => {
  harness.fleet.records.push(...Array.from({length: 2800}, (_, at) => numbered(at + 200)))
  await page.openView(1, {columns: ['name', 'size']}, [[0, 500]])
  for (const from of [500, 1000, 1500, 2000]) await page.show(1, [[from, from + 500]])
  expect(page.view(1).rows.size).toBe(1500)
  await page.show(1, [[0, 500]])
  expect(page.view(1).names([0, 500])).not.toContain(null)
  expect(page.view(1).rows.size).toBe(1500)
})

test('another wish under the same number begins again, and names of rows are never given out again', async () => {
  await page.openView(1, {}, [[0, 2]])
  const news = await page.openView(1, {columns: ['size'], q: 'state:downloading'}, [[0, 2]])
  expect(news.rows!.map((it) => [it[0], it[3]])).toEqual([
    [3, [1000]],
    [4, [1000]],
  ])
  expect(harness.rankings.opened.size).toBe(1)
})

test('another order of the same columns brings the new order and rows that are new, and nothing else again', async () => {
  const wish = {columns: ['name', 'down_speed'], facets: ['state', 'tag'] as const}
  await page.openView(1, wish, [[0, 20]])
  harness.rankings.order = (a, b) => (a.name > b.name ? -1 : 1)
  harness.change(3, {downSpeed: 77})
  const turned = await page.changeView(1, {...wish, sort: ['-name']}, [[0, 20]])
  expect(Object.keys(turned)).toEqual([
    'type',
    'view',
    're',
    'kept',
    'totals',
    'scope_totals',
    'rows',
    'order',
  ])
  expect(page.view(1).names([0, 20])).toEqual(namesFrom(180, 200).toReversed())
  harness.rankings.order = (a, b) => (a.name < b.name ? -1 : 1)
  const back = await page.changeView(1, wish, [[0, 20]])
  expect(back).toMatchObject({kept: true, cells: [[4, [1, 77]]]})
  expect(Object.keys(back)).toEqual(['type', 'view', 're', 'kept', 'cells', 'order'])
  expect(page.view(1).names([0, 20])).toEqual(namesFrom(0, 20))
  expect(harness.rankings.opened.size).toBe(1)
})

test('a filter of the same columns brings its figures, and what was sent before it is read holds on', async () => {
  await page.openView(1, {facets: ['state']}, [[0, 4]])
  harness.fleet.records.push({...numbered(200), state: 'error'})
  const news = await page.changeView(1, {q: 'state:error', facets: ['state']}, [[0, 4]])
  expect(news).toMatchObject({
    kept: true,
    totals: {count: 1},
    facets: {state: [{value: '', count: 1, size: 0}]},
  })
  expect(page.view(1).names([0, 4])).toEqual(namesFrom(200, 201))
  expect(page.view(1).figures.scope_totals!.count).toBe(201)
})

test('what a page keeps does not count for other columns, another view, or one that is not open', async () => {
  const open = {type: 'open', ranges: [[0, 2]], keeps: true} as const
  const wish = {q: '', sort: [], group: null, columns: ['name'], facets: []}
  await page.openView(1, {columns: ['name']}, [[0, 2]])
  page.say({...open, view: 1, re: 20, wish: {...wish, columns: ['size']}})
  page.say({...open, view: 2, re: 21, wish})
  await page.settled()
  const answers = viewsSent().filter(({re = 0}) => re >= 20)
  expect(answers.map(({kept, rows}) => [kept, rows?.length])).toEqual([
    [undefined, 2],
    [undefined, 2],
  ])
})

test('a wish that cannot be served is refused, and nothing of it stays open', async () => {
  await page.openView(1, {}, [[0, 2]])
  const refused = page.next('refused')
  void page.changeView(1, {sort: ['nothing']}, [[0, 2]])
  expect(await refused).toMatchObject({view: 1})
  expect(harness.rankings.opened.size).toBe(0)
  expect(await page.openView(1, {}, [[0, 2]])).toMatchObject({order: [{from: 0}]})
})

test('a window asked for before the first answer gets it, as the answer to the wish', async () => {
  page.say({
    type: 'open',
    view: 1,
    re: 50,
    ranges: [[0, 5]],
    wish: {q: '', sort: [], group: null, columns: ['name'], facets: []},
  })
  page.say({type: 'window', view: 1, re: 51, ranges: [[7, 9]]})
  await page.settled()
  await page.settled()
  expect(viewsSent().map((it) => it.re)[0]).toBe(50)
})

test('a query is read, and what could not be understood is reported', async () => {
  harness.change(0, {state: 'error'})
  const news = await page.openView(1, {q: 'state:error foo:bar'}, [[0, 5]])
  expect(news.totals!.count).toBe(1)
  expect(news.scope_totals!.count).toBe(200)
  expect(news.mistakes).toMatchObject([{from: 12, code: 'unknown_field'}])
})

test('only servers of the wish are in it; those that are not there are none', async () => {
  harness.fleet.records.push(torrent('box', hashOf('a')))
  const news = await page.openView(1, {servers: ['box', 'ghost']})
  expect([news.totals!.count, news.scope_totals!.count, news.servers_total]).toEqual([1, 1, 1])
  expect(harness.watched.at(-1)).toEqual(['box'])
  const none = await page.openView(2, {servers: ['ghost']})
  expect([none.totals!.count, none.servers_total, none.order]).toEqual([0, 0, [{from: 0, refs: []}]])
})

test('beside the columns: how fresh a row is, what is pending, how often it is there', async () => {
  harness.fleet.records.push(torrent('box', hashNumber(0)))
  harness.change(1, {stale: true, pending: ['downSpeed']})
  await page.openView(1, {columns: ['copies', 'stale', 'seen_at', 'pending']}, [[0, 2]])
  expect(page.view(1).cells([0, 2])).toEqual([
    [2, false, null, []],
    [1, true, startOfTime, ['down_speed']],
  ])
})

test('servers of open views are watched on and on, and no more when they are closed', async () => {
  await page.openView(1, {servers: ['box']})
  await page.openView(2, {servers: ['qBit']})
  harness.watched.length = 0
  await harness.clock.advance(3_000)
  expect(harness.watched).toEqual([['box', 'qBit']])
  page.say({type: 'close', view: 1})
  page.say({type: 'close', view: 2})
  await page.settled()
  expect(harness.rankings.opened.size).toBe(0)
  await harness.clock.advance(6_000)
  expect(harness.watched).toHaveLength(1)
})

test('a frame of a window in which everything moves is small', async () => {
  await page.openView(1, {columns: ['name', 'down_speed', 'up_speed', 'eta']}, [[0, 60]])
  for (let row = 0; row < 60; row++)
    harness.change(row, {downSpeed: 1e6 + row, upSpeed: 1e5 + row, eta: 3600 + row})
  await reckoned()
  expect(viewsSent()[1]!.cells).toHaveLength(60)
  expect(Math.max(...page.sizes.slice(1))).toBeLessThan(10_000)
})
