import {afterEach, expect, test} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import type {SimTracker} from '#lab/simulators/sim-torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'

const open: RtorrentSubject[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function connected(
  options: Parameters<typeof RtorrentSubject.start>[0] = {},
): Promise<RtorrentSubject> {
  const subject = await RtorrentSubject.start(options)
  open.push(subject)
  return subject.connect()
}

const hashOf = (n: number): InfoHash => n.toString(16).padStart(40, '0') as InfoHash

function fill(subject: RtorrentSubject, count: number): void {
  for (let n = 0; n < count; n++) {
    subject.world.put({
      hash: hashOf(n),
      name: `torrent ${n}`,
      size: 1_000_000,
      done: 1_000_000,
      state: 'seeding',
      running: true,
      savePath: '/srv/downloads',
      trackers: [subject.world.commands.tracker(`http://tracker${n % 3}.example.org:80/announce`, 0)],
    })
  }
}

for (const version of ['0.9.8', '0.16.17']) {
  test(`first a whole list, then next to nothing (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 500)
    const first = await subject.step()
    expect(first).toMatchObject({rows: 500, known: 500, joined: 500, left: 0, membership: 'whole'})
    expect(subject.replica.epochs).toEqual([true])
    subject.clock.jump(300_000)
    const second = await subject.step()
    expect(second).toMatchObject({rows: 0, requests: 1, membership: 'whole', joined: 0, left: 0})
    expect(second.bytes).toBeLessThan(3_000)
  })

  test(`what moves is reported each step, and once more when it is still (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 50)
    await subject.step()
    subject.clock.jump(300_000)
    const torrent = subject.world.get(hashOf(7))!
    subject.world.update(torrent, {upSpeed: 5_000, uploaded: 9_000})
    expect(await subject.step()).toMatchObject({rows: 1})
    expect(subject.replica.rows.get(hashOf(7))).toMatchObject({
      upSpeed: 5_000,
      uploaded: 9_000,
      state: 'seeding',
    })
    subject.world.update(torrent, {upSpeed: 0, uploaded: 12_000})
    expect(await subject.step()).toMatchObject({rows: 1})
    expect(subject.replica.rows.get(hashOf(7))).toMatchObject({
      upSpeed: 0,
      uploaded: 12_000,
      state: 'stalledUp',
    })
    expect(await subject.step()).toMatchObject({rows: 0})
  })

  test(`peers that come and go are reported at once, with name and tracker, by lists alone (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 100)
    await subject.step()
    await subject.clock.advance(2_000)
    subject.world.drop(subject.world.get(hashOf(3))!)
    const {commands} = subject.world
    commands.add({
      hash: hashOf(999),
      name: 'new',
      size: 5,
      category: 'films',
      tags: ['uhd'],
      trackers: [commands.tracker('udp://new.example.org:6969', 0)],
    })
    expect(await subject.step()).toMatchObject({joined: 1, left: 1, known: 100, membership: 'whole'})
    expect(subject.replica.rows.has(hashOf(3))).toBe(false)
    expect(subject.replica.rows.get(hashOf(999))).toMatchObject({
      name: 'new',
      category: 'films',
      tags: ['uhd'],
      trackerHost: 'new.example.org',
    })
    expect(subject.replica.epochs).toEqual([true, false])
  })

  test(`a tracker that failed last is reported though the message is about something else (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 3)
    const {world, replica} = subject
    const statuses = () => [0, 1, 2].map((n) => replica.rows.get(hashOf(n))!.trackerStatus)
    const say = async (status: SimTracker['status'], message: string) => {
      for (const torrent of Array.from(world.list())) {
        const trackers = torrent.trackers.map((it) => ({...it, status, message, lastAnnounceAt: world.now()}))
        world.update(torrent, {
          trackers,
          errorText: torrent === world.get(hashOf(0)) ? 'Unfinished chunks.' : '',
        })
      }
      // In a round, one torrent each ten seconds.
      for (let n = 0; n < 6; n++) {
        await subject.clock.advance(11_000)
        await subject.step()
      }
    }
    await subject.step()
    await say('working', '')
    expect(statuses()).toEqual(['ok', 'ok', 'ok'])
    await say('unreachable', 'No such host is known')
    expect(statuses()).toEqual(['unreachable', 'unreachable', 'unreachable'])
    expect(replica.rows.get(hashOf(0))).toMatchObject({trackerProblem: true, trackerMessage: ''})
    // Of which rTorrent has no word: it tried all trackers.
    await say('unreachable', '')
    expect(statuses()).toEqual(['unreachable', 'unreachable', 'unreachable'])
    await say('error', 'unregistered torrent')
    expect(statuses()).toEqual(['unreachable', 'error', 'error'])
    await say('working', '')
    expect(statuses()).toEqual(['ok', 'ok', 'ok'])
    expect(replica.rows.get(hashOf(0))).toMatchObject({trackerProblem: false})
  })

  test(`a changed label, state or message is found within ten seconds (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 100)
    await subject.step()
    await subject.clock.advance(11_000)
    const [a, b, c] = [1, 2, 3].map((n) => subject.world.get(hashOf(n))!)
    subject.world.commands.setCategory([a!], {category: 'series'})
    subject.world.commands.stop([b!])
    subject.world.update(c!, {errorText: 'Low diskspace.', state: 'error'})
    await subject.step()
    const row = (n: number) => subject.replica.rows.get(hashOf(n))
    expect(row(1)).toMatchObject({category: 'series'})
    expect(row(2)).toMatchObject({state: 'stopped'})
    expect(row(3)).toMatchObject({state: 'error', message: 'Low diskspace.'})
    expect(subject.client.session.labelsInUse.categories).toEqual(new Set(['series']))
  })

  test(`bytes that came and went between two polls are found within ten seconds (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 100)
    await subject.step()
    subject.clock.jump(300_000)
    await subject.step()
    const [quiet, lively] = [4, 5].map((n) => subject.world.get(hashOf(n))!)
    // No poll ever saw a rate of this one; the other one is followed by each poll, and needs no details.
    subject.world.update(quiet!, {uploaded: 12_345})
    subject.world.update(lively!, {upSpeed: 5_000, uploaded: 1_000})
    await subject.step()
    await subject.clock.advance(11_000)
    subject.world.update(lively!, {uploaded: 56_000})
    const found = await subject.step()
    expect(subject.replica.rows.get(hashOf(4))).toMatchObject({uploaded: 12_345, upSpeed: 0})
    expect(subject.replica.rows.get(hashOf(5))).toMatchObject({uploaded: 56_000})
    await subject.clock.advance(11_000)
    // Nothing is news twice: of the quiet one only that it is still there.
    const later = await subject.step()
    expect(later.requests).toBeLessThan(found.requests)
  })

  test(`another pid is another run: a new epoch with only what is there (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 30)
    await subject.step()
    subject.world.restart({from: 10, growTo: 10, shortListFor: 1})
    expect(await subject.step()).toMatchObject({known: 10, membership: 'whole'})
    expect(subject.replica.epochs).toEqual([true, true])
    expect(subject.replica.rows.size).toBe(10)
  })

  test(`a list in pages is the same list (${version})`, async () => {
    const subject = await connected({version})
    fill(subject, 60)
    await subject.step()
    const whole = new Map(subject.replica.rows)
    subject.server.counters.reset()
    expect(await subject.step('paged')).toMatchObject({known: 60, membership: 'whole', left: 0})
    expect([...subject.replica.rows.keys()].toSorted()).toEqual([...whole.keys()].toSorted())
    expect(subject.replica.rows.get(hashOf(5))).toEqual(whole.get(hashOf(5)))
    expect(subject.server.counters.figures().total).toBeGreaterThan(16)
  })
}

test('a list that breaks off is followed by a whole one, and concludes nothing', async () => {
  const subject = await connected({version: '0.9.8'})
  fill(subject, 100)
  await subject.step()
  await subject.clock.advance(11_000)
  subject.server.faults.add({kind: 'cut', afterBytes: 6_000, path: 'd.multicall2', count: 1})
  await expect(subject.step()).rejects.toMatchObject({reason: 'cut_answer'})
  expect(subject.client.session.table.size).toBe(100)
  expect(await subject.step()).toMatchObject({known: 100, joined: 0, left: 0, rows: 100})
})

test('a server that refuses the filter is asked for what is started', async () => {
  const subject = await connected({version: '0.9.8'})
  fill(subject, 20)
  await subject.step()
  const refused = `<methodResponse><fault><value><struct><member><name>faultCode</name><value><i4>-503</i4></value></member><member><name>faultString</name><value><string>Junk at end of input.</string></value></member></struct></value></fault></methodResponse>`
  subject.server.faults.add({kind: 'status', status: 200, body: refused, path: 'filtered', count: 1})
  subject.world.update(subject.world.get(hashOf(4))!, {upSpeed: 77})
  await subject.step()
  expect(subject.replica.rows.get(hashOf(4))).toMatchObject({upSpeed: 77})
  subject.server.counters.reset()
  await subject.step()
  expect(Object.keys(subject.server.counters.figures().requests)).toEqual(['/RPC2#d.multicall2'])
})

test('a clock that is days off does not bend times that count from now', async () => {
  const subject = await connected({skewSeconds: -3 * 86_400})
  const {world} = subject
  world.put({
    hash: hashOf(1),
    name: 'a',
    size: 5,
    done: 5,
    state: 'seeding',
    running: true,
    completedAt: world.now() - 600,
  })
  await subject.step()
  expect(subject.replica.rows.get(hashOf(1))!.seedingTime).toBe(600)
})

test('limits of throttle groups are reported, and are gone when the daemon forgot its groups', async () => {
  const subject = await connected({version: '0.9.8'})
  fill(subject, 3)
  subject.world.commands.setGlobalLimits({up: 1_000_000})
  subject.world.commands.setSpeedLimits([subject.world.get(hashOf(1))!], {up: 20_480})
  await subject.step()
  expect(subject.replica.rows.get(hashOf(1))).toMatchObject({upLimit: 20_480, downLimit: null})
  expect(subject.replica.rows.get(hashOf(2))).toMatchObject({upLimit: null, downLimit: null})
})

test('magnets, hostile names and names that are not text come through', async () => {
  for (const version of ['0.9.8', '0.16.17']) {
    const subject = await connected({version})
    const {world} = subject
    world.put({hash: hashOf(1), name: 'm', hasMetadata: false, state: 'metadata', running: true})
    world.put({hash: hashOf(2), name: '</value><b>&amp;\x07\u202e ]]>', size: 1})
    world.put({hash: hashOf(3), name: 'x', nameBytes: Buffer.from('caf\xe9', 'latin1'), size: 1})
    world.put({hash: hashOf(4), name: 'n'.repeat(4_096), size: 1})
    await subject.step()
    const row = (n: number) => subject.replica.rows.get(hashOf(n))
    expect(row(1)).toMatchObject({state: 'metadata', hasMetadata: false, size: undefined})
    expect(row(2)!.name).toBe('</value><b>&amp;\x07\u202e ]]>')
    expect(row(3)).toMatchObject({name: 'café', contentPath: undefined})
    expect(row(4)!.name).toHaveLength(4_096)
  }
})

test('much news at once is fetched as one list, little as single getters', async () => {
  const subject = await connected({version: '0.16.17'})
  fill(subject, 200)
  await subject.step()
  await subject.clock.advance(11_000)
  subject.world.commands.setCategory([...subject.world.list()].slice(0, 100), {category: 'many'})
  subject.server.counters.reset()
  await subject.step()
  expect([...subject.replica.rows.values()].filter(({category}) => category === 'many')).toHaveLength(100)
  expect(subject.server.counters.figures().total).toBeLessThan(6)
})

test('what got its first bytes between two looks, and stood still at both, was active by then', async () => {
  const subject = await connected()
  fill(subject, 2)
  for (const torrent of Array.from(subject.world.list()))
    subject.world.update(torrent, {state: 'downloading', done: 0, downloaded: 0, uploaded: 0})
  await subject.step()
  expect(subject.replica.rows.get(hashOf(0))).toMatchObject({lastActivityAt: null})
  subject.clock.jump(300_000)
  subject.world.update(subject.world.get(hashOf(0))!, {done: 500, downloaded: 500})
  await subject.step('full')
  expect(subject.replica.rows.get(hashOf(0))!.lastActivityAt).toBeGreaterThan(0)
  expect(subject.replica.rows.get(hashOf(1))).toMatchObject({lastActivityAt: null})
})

test('a place whose name is no text is not reported rather than reported wrongly', async () => {
  for (const version of ['0.9.8', '0.16.17']) {
    for (const fileCount of [1, 3]) {
      const subject = await connected({version})
      const nameBytes = Buffer.from('caf\xe9', 'latin1')
      subject.world.put({hash: hashOf(1), name: 'x', nameBytes, size: 1, fileCount, savePath: '/srv/größer'})
      subject.world.put({hash: hashOf(2), name: 'Ünï', size: 1, fileCount, savePath: '/srv/größer'})
      await subject.step()
      const {name, contentPath, savePath} = subject.replica.rows.get(hashOf(1))!
      expect({name, contentPath}).toEqual({name: 'café', contentPath: undefined})
      // The folder is text, but not in every answer.
      expect([undefined, '/srv/größer']).toContain(savePath)
      expect(subject.replica.rows.get(hashOf(2))).toMatchObject({name: 'Ünï', contentPath: '/srv/größer/Ünï'})
    }
  }
})

test('one that left and one that came are as many as before, and are reported where it matters which are there', async () => {
  const subject = await connected()
  const put = (n: number) => subject.world.put({hash: hashOf(n), name: `t${n}`, size: 1})
  for (const n of [1, 2]) put(n)
  await subject.step()
  await subject.step()
  subject.world.drop(subject.world.get(hashOf(2))!)
  put(3)
  const want = {list: 'delta', attentive: false, members: true} as const
  const report = await subject.client.sync.step(want, subject.replica, {delta: bounds, full: bounds})
  expect(report.membership).toBe('whole')
  expect([...subject.replica.rows.keys()].toSorted()).toEqual([hashOf(1), hashOf(3)])
})
