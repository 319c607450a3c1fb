import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {LiveMessage, LiveRequest, ViewNews, ViewWish} from '#model/live.ts'
import type {LiveSocket} from './socket.ts'
import {LiveView} from './view.ts'

/** As much of the socket as a view knows: what it sent, and whom it speaks with. */
class Socket {
  isOpen = false
  hello: {instance: string} | null = null
  readonly sent: LiveRequest[] = []
  view: LiveView | null = null

  add(view: LiveView): () => void {
    this.view = view
    return () => undefined
  }

  send(request: LiveRequest): void {
    if (this.isOpen) this.sent.push(request)
  }

  connect(instance: string): void {
    this.isOpen = true
    this.hello = {instance}
    this.view!.open()
  }

  /** Answers the last request of this kind. */
  answer(
    type: 'open' | 'keys',
    message: Partial<ViewNews> | {readonly keys: readonly [string, string][]},
  ): void {
    const asked = this.sent.findLast((it) => it.type === type) as {readonly view: number; readonly re: number}
    const kind = type === 'open' ? 'view' : 'keys'
    this.view!.receive({type: kind, view: asked.view, re: asked.re, ...message} as LiveMessage)
  }

  asked(type: LiveRequest['type']): number {
    return this.sent.filter((it) => it.type === type).length
  }
}

const wish: ViewWish = {q: '', sort: ['name'], group: null, columns: ['name'], facets: []}
const totals = (count: number) => ({count, size: 0, down_speed: 0, up_speed: 0})

/** Rows of these names, from the first rank on; refs begin again on each connection. */
function rows(names: readonly string[], online = 2): Partial<ViewNews> {
  return {
    totals: totals(names.length),
    servers_online: online,
    servers_total: 2,
    rows: names.map((name, at) => [at + 1, 'nas', name, [name]]),
    order: [{from: 0, refs: names.map((_, at) => at + 1)}],
  }
}

const shown = (view: LiveView) => [0, 1, 2, 3].map((rank) => view.at(rank)?.infoHash ?? null)

let socket: Socket
let view: LiveView

beforeEach(() => {
  vi.useFakeTimers()
  const nothing = () => undefined
  const page = {visibilityState: 'visible', addEventListener: nothing, removeEventListener: nothing}
  vi.stubGlobal('document', page)
  socket = new Socket()
  view = new LiveView(socket as unknown as LiveSocket, wish)
  view.start()
  socket.connect('first run')
  socket.answer('open', rows(['a', 'b', 'c']))
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('after a broken connection what was shown stays until the answer, which is believed at once', () => {
  socket.connect('first run')
  expect([shown(view), view.isCurrent]).toEqual([['a', 'b', 'c', null], false])
  // One server is away permanently, and a torrent went.
  socket.answer('open', rows(['b'], 1))
  expect([shown(view), view.isCurrent, socket.asked('open')]).toEqual([['b', null, null, null], true, 2])
})

test('a program that was started again is given time to hear of its servers', () => {
  socket.connect('second run')
  socket.answer('open', rows([], 0))
  expect([shown(view), view.isCurrent]).toEqual([['a', 'b', 'c', null], false])
  vi.advanceTimersByTime(600)
  socket.answer('open', rows(['c', 'b', 'a']))
  expect([shown(view), view.isCurrent, socket.asked('open')]).toEqual([['c', 'b', 'a', null], true, 3])
})

test('but not for ever', () => {
  socket.connect('second run')
  for (let asked = 0; asked < 40 && !view.isCurrent; asked++) {
    socket.answer('open', rows(['a'], 1))
    vi.advanceTimersByTime(500)
  }
  expect([shown(view), view.isCurrent]).toEqual([['a', null, null, null], true])
})

test('who asks for names is answered in any case', async () => {
  const names = view.keys(0, 2)
  socket.answer('keys', {keys: [['nas', 'a']]})
  expect(await names).toEqual([['nas', 'a']])

  const lost = view.keys(0, 2)
  socket.connect('first run')
  expect(await lost).toBeNull()

  const refused = view.keys(0, 2)
  const {re, view: number} = socket.sent.findLast(({type}) => type === 'keys') as {re: number; view: number}
  view.receive({type: 'refused', view: number, re, code: 'not_found', detail: 'No view.'})
  expect(await refused).toBeNull()

  socket.isOpen = false
  expect(await view.keys(0, 2)).toBeNull()
})

test('an open brings the first rows, whatever the page says before it knows how many there are', () => {
  const other = new Socket()
  const list = new LiveView(other as unknown as LiveSocket, wish)
  // An empty layout, before there is a connection and behind it.
  list.show([])
  list.start()
  list.follow(['nas~a'])
  list.hold(true)
  list.update()
  other.isOpen = true
  list.show([])
  expect(other.sent).toEqual([])
  other.connect('first run')
  list.show([])
  expect(other.sent.map(({type}) => type)).toEqual(['open', 'hold', 'follow'])
  expect(other.sent[0]).toMatchObject({ranges: [[0, 60]]})
  other.answer('open', rows(['a', 'b']))
  list.show([[0, 80]])
  expect(other.sent.at(-1)).toMatchObject({type: 'window', ranges: [[0, 80]]})
})

test('from an empty list another search brings its rows with the first answer', () => {
  socket.answer('open', rows([]))
  view.show([])
  view.change({...wish, q: 'a'})
  expect(socket.sent.at(-1)).toMatchObject({type: 'open', ranges: [[0, 60]]})
})

test('a view that is not on screen says nothing, and is asked nothing, until it is open again', async () => {
  const page = document as unknown as {visibilityState: string}
  const listeners: (() => void)[] = []
  Object.assign(document, {addEventListener: (_: string, heard: () => void) => void listeners.push(heard)})
  const list = new LiveView(socket as unknown as LiveSocket, wish)
  list.start()
  list.open()
  page.visibilityState = 'hidden'
  for (const heard of listeners) heard()
  const sent = socket.sent.length
  expect(socket.sent.at(-1)).toMatchObject({type: 'close'})
  list.show([[0, 100]])
  list.follow(['nas~a'])
  expect([await list.keys(0, 1), socket.sent.length]).toEqual([null, sent])
  page.visibilityState = 'visible'
  for (const heard of listeners) heard()
  expect(socket.sent.slice(sent).map(({type}) => type)).toEqual(['open', 'follow'])
  expect(socket.sent[sent]).toMatchObject({ranges: [[0, 100]]})
})

test('another order of the same columns keeps the rows, and takes what differs', () => {
  const before = view.at(0)
  view.change({...wish, sort: ['-name']})
  expect(socket.sent.at(-1)).toMatchObject({type: 'open', keeps: true, wish: {sort: ['-name']}})
  const {view: number} = socket.sent.at(-1) as {view: number}
  // What the server said before it read that still counts.
  view.receive({type: 'view', view: number, cells: [[2, [0, 'b again']]], rows: [[4, 'nas', 'd', ['d']]]})
  socket.answer('open', {kept: true, order: [{from: 0, refs: [4, 3, 2, 1]}]})
  expect(shown(view)).toEqual(['d', 'c', 'b', 'a'])
  expect([view.at(3), view.at(2)!.cells, view.totals]).toEqual([before, ['b again'], totals(3)])
})

test('what is kept counts for the columns that were sent, on the connection where they were, once it is answered', () => {
  const keeps = () => 'keeps' in socket.sent.at(-1)!
  view.change({...wish, columns: ['size']})
  expect(keeps()).toBe(false)
  view.change({...wish, columns: ['size'], sort: ['size']})
  expect(keeps()).toBe(false)
  socket.answer('open', rows(['x']))
  view.change({...wish, columns: ['size'], sort: ['-size']})
  expect(keeps()).toBe(true)
  // A program that keeps nothing tells all.
  socket.answer('open', rows(['y', 'z']))
  expect(shown(view)).toEqual(['y', 'z', null, null])
  socket.connect('first run')
  expect(keeps()).toBe(false)
})

test('a view that is refused keeps the reason, and asks again automatically once', () => {
  const {view: number} = socket.sent[0] as {view: number}
  const refuse = (code: string, detail: string, re?: number) =>
    view.receive({type: 'refused', view: number, code, detail, ...(re !== undefined && {re})})
  view.show([[0, 90]])
  const late = (socket.sent.at(-1) as {re: number}).re
  const tooMuch = 'Your searches used up their 6 s of the processor.'
  refuse('too_expensive', tooMuch)
  expect([view.refusal, view.isCurrent]).toEqual([tooMuch, false])

  // What was on its way, and what the page would say of it now.
  refuse('not_found', 'No view of this number is open.', late)
  const sent = socket.sent.length
  view.follow(['nas~a'])
  view.show([[0, 120]])
  view.hold(true)
  expect([socket.sent.length, view.refusal]).toEqual([sent, tooMuch])

  vi.advanceTimersByTime(49_000)
  expect(socket.asked('open')).toBe(1)
  vi.advanceTimersByTime(1_000)
  expect(socket.asked('open')).toBe(2)
  expect(socket.sent.findLast(({type}) => type === 'open')).toMatchObject({ranges: [[0, 120]]})
  expect(socket.sent.findLast(({type}) => type === 'open')).not.toHaveProperty('keeps')
  refuse('not_found', 'No view of this number is open.', late)
  socket.answer('open', rows(['a', 'b']))
  expect([view.refusal, view.isCurrent, shown(view)]).toEqual([null, true, ['a', 'b', null, null]])

  refuse('too_expensive', tooMuch)
  vi.advanceTimersByTime(600_000)
  expect([view.refusal, socket.asked('open')]).toEqual([tooMuch, 2])

  // Another wish is asked for at once, and has its own second time; a refusal that time does not end has none.
  view.change({...wish, q: 'b'})
  expect(socket.asked('open')).toBe(3)
  refuse('bad_request', 'No more than 16 views at once.')
  vi.advanceTimersByTime(600_000)
  expect(socket.asked('open')).toBe(3)
  view.change({...wish, q: 'c'})
  refuse('too_expensive', tooMuch)
  view.change({...wish, q: 'd'})
  vi.advanceTimersByTime(600_000)
  expect(socket.asked('open')).toBe(5)
})
