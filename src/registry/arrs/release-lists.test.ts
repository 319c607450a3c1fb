import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import type {OfferedRelease, ReleaseAsker, RunningArr} from '#model/arr-service.ts'
import {CommandRefused, ServerFault, type CommodarrError} from '#model/errors.ts'
import {codeOf} from '../servers/servers-harness.fixture.ts'
import {arrHarness, draft, sectionNamed, type Name} from './arrs-harness.fixture.ts'
import {KEPT_MS, ReleaseLists} from './release-lists.ts'

const radarr = asArrId('Radarr')
const unit = 'movie/17'
const tooLarge = {class: 'size', text: '9.0 GB is larger than maximum allowed 1.0 GB (for Film)'} as const

function offered(title: string, change: Partial<OfferedRelease> = {}): OfferedRelease {
  return {
    guid: `https://indexer.example/${title}?apikey=canary`,
    indexerId: 3,
    indexer: 'Tidemark',
    title,
    size: 1_000,
    age: 60,
    seeders: 5,
    leechers: 1,
    quality: 'WEBDL-1080p',
    languages: ['English'],
    score: 10,
    formats: ['HDR'],
    protocol: 'torrent',
    approved: true,
    weight: 0,
    rejections: [],
    ...change,
  }
}

/** An Arr that answers when a test lets it. */
class MadeUpIndexers implements ReleaseAsker {
  has: readonly OfferedRelease[] = [
    offered('Film-B', {weight: 1, approved: false, rejections: [tooLarge]}),
    offered('Film-A'),
  ]
  readonly asked: {readonly url: string; readonly unit: string; readonly signal: AbortSignal}[] = []
  readonly grabbed: object[] = []
  answers: 'grabs' | 'gone' | 'refuses' = 'grabs'
  #open: ((error: Error | null) => void)[] = []

  async releases({url}: {readonly url: string}, of: string, signal: AbortSignal) {
    this.asked.push({url, unit: of, signal})
    await new Promise<void>((resolve, reject) => {
      this.#open.push((error) => (error ? reject(error) : resolve()))
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
    return this.has
  }

  async grab(_: object, release: object) {
    this.grabbed.push(release)
    if (this.answers === 'refuses') throw new CommandRefused('The Arr refused: No indexer.')
    return this.answers === 'grabs'
  }

  /** What was asked is answered. */
  async answer(error: Error | null = null): Promise<void> {
    for (const end of this.#open.splice(0)) end(error)
    await new Promise(setImmediate)
  }
}

async function world() {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const asker = new MadeUpIndexers()
  const mistakes: object[] = []
  const at = {isRunning: true}
  const lists = new ReleaseLists({
    ...harness,
    managers: {of: () => (at.isRunning ? ({} as RunningArr) : null)},
    asker,
    log: {error: (about) => void mistakes.push(about)},
  })
  const as = (name: Name) => harness.as(name)
  /** A list that was read. */
  const done = async (name: Name = 'ada', of = unit) => {
    const {id} = await lists.begin(as(name), radarr, of)
    await asker.answer()
    return id
  }
  const grab = (list: string, place: number, override = false, name: Name = 'ada') =>
    lists.grab(as(name), radarr, {list, place}, override)
  return {harness, asker, lists, mistakes, at, as, done, grab}
}

test('a list is being searched until the Arr answered, and then has what it would rather have first', async () => {
  const {asker, lists, as} = await world()
  const begun = await lists.begin(as('ada'), radarr, unit)
  expect(begun).toMatchObject({state: 'searching', readAt: null, expiresAt: null, releases: []})
  expect(asker.asked).toMatchObject([{url: 'http://radarr:7878', unit}])
  await asker.answer()
  const list = lists.of(as('ada'), radarr, begun.id)
  expect(list).toMatchObject({state: 'done', unit, fault: null, expiresAt: list.readAt! + KEPT_MS})
  expect(list.releases.map(({title}) => title)).toEqual(['Film-A', 'Film-B'])
  expect(list.releases[1]).toMatchObject({approved: false, rejections: [tooLarge], grabbed: false})
})

test('Q52 neither a list nor the journal has what is sent to the Arr alone', async () => {
  const {harness, asker, lists, as, done, grab} = await world()
  const id = await done()
  await grab(id, 0)
  expect(JSON.stringify(lists.of(as('ada'), radarr, id))).not.toMatch(/canary|indexer\.example/)
  expect(JSON.stringify(await harness.entries())).not.toMatch(/canary|indexer\.example/)
  expect(asker.grabbed).toEqual([{guid: 'https://indexer.example/Film-A?apikey=canary', indexerId: 3}])
})

test('a grab is written down before it is sent, and is shown', async () => {
  const {harness, lists, as, done, grab} = await world()
  const id = await done()
  await grab(id, 0)
  const args = {id: 'Radarr', unit, title: 'Film-A', indexer: 'Tidemark'}
  expect((await harness.entries()).at(-1)).toMatchObject({verb: 'grab', name: 'Radarr', args, code: null})
  expect(lists.of(as('ada'), radarr, id).releases.map(({grabbed}) => grabbed)).toEqual([true, false])
})

test('a rejected release takes override, and the refusal repeats what the Arr says', async () => {
  const {harness, asker, done, grab} = await world()
  const id = await done()
  const refused = await grab(id, 1).catch((error: CommodarrError) => error)
  expect(refused).toMatchObject({code: 'release_rejected'})
  expect((refused as CommodarrError).message).toContain(tooLarge.text)
  expect(asker.grabbed).toEqual([])
  await grab(id, 1, true)
  expect(asker.grabbed).toHaveLength(1)
  expect((await harness.entries()).at(-1)).toMatchObject({verb: 'grab', args: {override: true}})
})

test('Q51 of 300 releases none can be grabbed 31 minutes after the Arr listed them', async () => {
  const {harness, asker, done, grab} = await world()
  asker.has = Array.from({length: 300}, (_, weight) => offered(`Film-${weight}`, {weight}))
  const id = await done()
  await harness.clock.advance(29 * 60_000)
  await grab(id, 299)
  await harness.clock.advance(2 * 60_000)
  const expired = await grab(id, 298).catch((error: CommodarrError) => error)
  expect(expired).toMatchObject({code: 'releases_unknown', message: 'The list has expired. Search again.'})
  expect(asker.grabbed).toHaveLength(1)
})

test('a search that is under way is not begun twice, and one that is over is', async () => {
  const {asker, lists, as, done} = await world()
  const [one, other] = [
    await lists.begin(as('ada'), radarr, unit),
    await lists.begin(as('ada'), radarr, unit),
  ]
  expect(other.id).toBe(one.id)
  await asker.answer()
  expect(await done()).not.toBe(one.id)
  expect(asker.asked).toHaveLength(2)
})

test('what ails the Arr is on the list, and a mistake of ours is in the log alone', async () => {
  const {asker, lists, mistakes, as} = await world()
  const first = await lists.begin(as('ada'), radarr, unit)
  await asker.answer(new ServerFault('server_unreachable', 'timed_out', 'No whole answer in time.'))
  const failed = {state: 'failed', fault: 'No whole answer in time.', releases: []}
  expect(lists.of(as('ada'), radarr, first.id)).toMatchObject(failed)
  expect(mistakes).toEqual([])
  const second = await lists.begin(as('ada'), radarr, unit)
  await asker.answer(new TypeError('of ours'))
  expect(lists.of(as('ada'), radarr, second.id)).toMatchObject({
    state: 'failed',
    fault: 'Something broke inside Commodarr.',
  })
  expect(mistakes).toHaveLength(1)
})

test('what the Arr does not give is passed on, and may be tried again', async () => {
  const {harness, asker, done, grab} = await world()
  const id = await done()
  asker.answers = 'refuses'
  expect(await codeOf(grab(id, 0))).toBe('command_refused')
  expect((await harness.entries()).at(-1)).toMatchObject({verb: 'grab', code: 'command_refused'})
  asker.answers = 'gone'
  expect(await codeOf(grab(id, 0))).toBe('releases_unknown')
  asker.answers = 'grabs'
  await Promise.all([grab(id, 0), grab(id, 0)])
  await grab(id, 0)
  expect(asker.grabbed).toHaveLength(3)
})

test('a list is unknown to other users, on another Arr and by another place', async () => {
  const {harness, lists, as, done, grab} = await world()
  const id = await done()
  await harness.service.share(as('ada'), radarr, {everyone: 'control', users: []})
  expect(await codeOf(grab(id, 0, false, 'ann'))).toBe('releases_unknown')
  expect(await codeOf(grab(id, 9))).toBe('releases_unknown')
  const other = await harness.service.create(as('ada'), draft())
  expect(await codeOf(lists.grab(as('ada'), other.id, {list: id, place: 0}, false))).toBe('releases_unknown')
})

test('it takes the right to command the Arr, also for what was listed before, and an Arr that is on', async () => {
  const {harness, asker, lists, at, as, done, grab} = await world()
  expect(await codeOf(lists.begin(as('ann'), radarr, unit))).toBe('forbidden')
  await harness.service.share(as('ada'), radarr, {everyone: 'control', users: []})
  const id = await done('ann')
  await harness.service.share(as('ada'), radarr, {everyone: 'view', users: []})
  expect(await codeOf(grab(id, 0, false, 'ann'))).toBe('forbidden')
  at.isRunning = false
  expect(await codeOf(lists.begin(as('ada'), radarr, unit))).toBe('arr_not_ready')
  expect(asker.grabbed).toEqual([])
})

test('another Arr behind the same id is sent nothing of a list', async () => {
  const {harness, asker, lists, as} = await world()
  const {id} = await harness.service.create(as('ada'), draft())
  const list = await lists.begin(as('ada'), id, unit)
  await asker.answer()
  const {apiKey} = draft()
  await harness.service.change(as('ada'), id, {url: 'http://elsewhere.example:7878', apiKey}, false)
  expect(await codeOf(lists.grab(as('ada'), id, {list: list.id, place: 0}, false))).toBe('releases_unknown')
  expect(asker.grabbed).toEqual([])
})

test('indexers are asked 20 times a minute at most, and of 21 lists the oldest is gone', async () => {
  const {harness, lists, as, done} = await world()
  const ids: string[] = []
  for (let at = 1; at <= 20; at++) ids.push(await done('ada', `movie/${at}`))
  expect(await codeOf(lists.begin(as('ada'), radarr, unit))).toBe('too_many_attempts')
  await harness.clock.advance(60_000)
  ids.push(await done('ada', unit))
  const states = ids.map((id) => {
    try {
      return lists.of(as('ada'), radarr, id).state
    } catch {
      return 'gone'
    }
  })
  expect(states).toEqual(['gone', ...Array<string>(20).fill('done')])
})

test('of too many releases in all the oldest lists go, and the newest stays', async () => {
  const {asker, lists, as, done, grab} = await world()
  asker.has = Array.from({length: 1_000}, (_, weight) => offered(`Film-${weight}`, {weight}))
  const ids: string[] = []
  for (let at = 1; at <= 6; at++) ids.push(await done('ada', `movie/${at}`))
  expect(await codeOf(grab(ids[0]!, 0))).toBe('releases_unknown')
  expect(lists.of(as('ada'), radarr, ids[1]!).releases).toHaveLength(1_000)
})

test('an address that is too long to be sent back is left out, and so are texts that are too long to be read', async () => {
  const {asker, lists, as, done} = await world()
  asker.has = [
    offered('no address', {guid: ''}),
    offered('far', {guid: 'x'.repeat(4_001)}),
    offered('y'.repeat(900)),
  ]
  const {releases} = lists.of(as('ada'), radarr, await done())
  expect(releases.map(({title}) => title)).toEqual(['y'.repeat(500)])
})

test('nothing is asked any more once the program ends', async () => {
  const {asker, lists, mistakes, as} = await world()
  await lists.begin(as('ada'), radarr, unit)
  lists.stop()
  await new Promise(setImmediate)
  expect(asker.asked.map(({signal}) => signal.aborted)).toEqual([true])
  expect(mistakes).toEqual([])
})
