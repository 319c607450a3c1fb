import bencode from 'bencode'
import {afterEach, expect, test, vi} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {RuleId} from '#model/rule.ts'
import {TorrentFileReader} from './readers.ts'
import {RequestWork} from './request-work.ts'

const given = {id: 'r' as RuleId, revision: 1}
const odd = new URL('./odd-requests.fixture.ts', import.meta.url)
const opened: RequestWork[] = []

function open(bounds?: ConstructorParameters<typeof RequestWork>[1]) {
  const log = {error: vi.fn<(about: object, text: string) => void>()}
  const work = new RequestWork(log, bounds)
  opened.push(work)
  const ask = (yaml: string, who = 'ada') => work.run('readRule', {draft: {yaml}, given}, who)
  return {work, log, ask}
}

/** The thread does what it is told to do wrong, and has so much of the processor for it. */
function openOdd() {
  return open({entry: odd, mostCpuMs: 50})
}

afterEach(async () => {
  for (const work of opened.splice(0)) await work.stop()
})

test('what takes too long to read is refused, and who waits behind it is answered', async () => {
  const {ask, work, log} = openOdd()
  const [loops, bobs] = [ask('loop'), ask('fine', 'bob')]
  await expect(loops).rejects.toMatchObject({code: 'too_expensive'})
  expect(await bobs).toMatchObject({mistakes: [{path: 'fine'}]})
  expect(await ask('once more')).toMatchObject({mistakes: [{path: 'once more'}]})
  expect(work.view.state).toBe('running')
  expect(log.error.mock.calls.map(([, text]) => text)).toEqual(['what a request sent took too long to read'])
})

test('what takes too much memory to read is refused, and ends no other request', async () => {
  const {ask} = open({entry: odd, mostHeap: 24 * 1024 * 1024})
  const [eats, bobs] = [ask('eat'), ask('fine', 'bob')]
  await expect(eats).rejects.toMatchObject({code: 'too_expensive'})
  expect(await bobs).toMatchObject({mistakes: [{path: 'fine'}]})
})

test('a mistake of ours in the thread ends the request that met it, and no other', async () => {
  const {ask} = openOdd()
  const [falls, bobs, next] = [ask('crash'), ask('fine', 'bob'), ask('fine')]
  await expect(falls).rejects.toMatchObject({code: 'internal'})
  expect(await bobs).toMatchObject({mistakes: [{path: 'fine'}]})
  expect(await next).toMatchObject({mistakes: [{path: 'fine'}]})
})

test('a caller who asks again and again keeps no other waiting for more than one of theirs', async () => {
  const {ask} = openOdd()
  const ended: string[] = []
  const all = Array.from({length: 6}, (_, at) => ask(`ada ${at}`).then(() => ended.push(`ada ${at}`)))
  all.push(ask('bob', 'bob').then(() => ended.push('bob')))
  await Promise.all(all)
  expect(ended.indexOf('bob')).toBeLessThanOrEqual(2)
})

test('when the program ends, what is under way is refused, and nothing is begun', async () => {
  const {ask, work} = openOdd()
  await ask('fine')
  const [waits] = await Promise.allSettled([ask('silent'), work.stop()])
  expect(waits).toMatchObject({status: 'rejected', reason: {code: 'shutting_down'}})
  await expect(ask('fine')).rejects.toMatchObject({code: 'shutting_down'})
  expect(work.view.state).toBe('stopped')
})

/** How often the loop of this thread turned meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const loop = {turns: 0, isOver: false}
  const end = () => void (loop.isOver = true)
  void work.then(end, end)
  while (!loop.isOver) {
    await new Promise((resolve) => setImmediate(resolve))
    loop.turns++
  }
  return loop.turns
}

/** Each keeps the thread that reads it busy for a tenth of a second and more. */
function largeTorrent(): Uint8Array {
  const part = (at: number, depth: number) => `${at} ${depth} ${'x'.repeat(180)}`
  const files = Array.from({length: 2_300}, (_, at) => ({
    length: 1,
    path: Array.from({length: 20}, (_, depth) => part(at, depth)),
  }))
  return bencode.encode({info: {name: 'n', 'piece length': 1, pieces: Buffer.alloc(20), files}})
}

test('this thread turns while a large .torrent is read, and it is read once for all who ask', async () => {
  const {work} = open()
  const run = vi.spyOn(work, 'run')
  const metainfo = new TorrentFileReader(work, new TimeSlice())
  const bytes = largeTorrent()
  const reading = Promise.all([metainfo.read(bytes, 'ada'), metainfo.read(bytes), metainfo.read(bytes)])
  expect(await turnsDuring(reading)).toBeGreaterThan(20)
  const [first, ...others] = await reading
  expect(first.files).toHaveLength(2_300)
  expect(first.files[7]).toMatchObject({size: 1, path: expect.stringMatching(/^n\/7 0 x+\/7 1 x+\//)})
  for (const other of others) expect(other).toBe(first)
  expect(run).toHaveBeenCalledTimes(1)
  // Who sent it still has it.
  expect(bytes.length).toBeGreaterThan(8_000_000)
})

test('what is no .torrent file is refused in its words, also to who asks again', async () => {
  const metainfo = new TorrentFileReader(open().work, new TimeSlice())
  const bytes = Buffer.from('<html>')
  const words = {code: 'torrent_invalid', message: expect.stringContaining('not a .torrent file')}
  await expect(metainfo.read(bytes)).rejects.toMatchObject(words)
  await expect(metainfo.read(bytes)).rejects.toMatchObject(words)
})

test('this thread turns while a rule of very many patterns is read, and it is refused by its field', async () => {
  const {ask} = open()
  const pattern = String.raw`(\pL{1,100}){1,10}`
  const leaf = `{fact: name, op: matches, value: '${pattern}'}`
  const yaml = `name: a\nwhen: {any: [${Array.from({length: 100}, () => leaf).join(', ')}]}\ndo: [{action: stop}]`
  const reading = ask(yaml)
  expect(await turnsDuring(reading)).toBeGreaterThan(20)
  expect(await reading).toMatchObject({
    rules: [],
    mistakes: [{path: 'when.any[1].value', accepted: ['patterns of 4000 steps in all'], line: 2}],
  })
})
