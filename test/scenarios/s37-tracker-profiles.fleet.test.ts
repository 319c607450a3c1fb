/** What a profile of the pages requires keeps torrents exactly as a row of the file does, until its end was said. */
import {afterEach, expect, test} from 'vitest'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const HOST = 't1.tidemark.example'
const GB = 1e9
/** Behind the crowd of the server. */
const FIRST = 5_000

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** It looks after films, and goes by a ratio of 1; no tracker has a row. */
async function begin(): Promise<void> {
  const config = `ManagedCategories = ["films"]

[${A}.CategorySeeding]
MaxUploadRatio = 1
RemoveTorrent = 1
`
  harness = await ScenarioHarness.start({
    servers: [
      {name: B, torrents: 10},
      {name: A, kind: 'qbittorrent', torrents: 50},
    ],
    config,
    settled: 0,
  })
}

/** Public, past its limit, and five days seeded. */
function put(index: number, host: string): string {
  const trackers = [trackerOf(harness.world(A), host, '')]
  const fields = {category: 'films', uploaded: 2 * GB, seedingTime: 5 * DAY, isPrivate: false, trackers}
  return harness.put(A, FIRST + index, fields).hash
}

const send = (method: 'POST' | 'DELETE', path: string, body?: object) =>
  harness.acting.api.send(method, path, body)

test(
  'S37 torrents of a profile stay past their limit, those of other trackers go, and it ends only with its number',
  {timeout: 300_000},
  async () => {
    await begin()
    const obligation = {need: 'both', ratio: 1, time: 30 * DAY}
    const draft = {name: 'Tidemark', hosts: ['tidemark.example'], obligation}
    const {status, body} = await send('POST', '/api/tracker-profiles', draft)
    expect(status, JSON.stringify(body)).toBe(201)
    const {profile} = body as {profile: {id: string}}
    const [owed, free] = [put(0, HOST), put(1, 'other.example')]
    await harness.pass(3 * HOUR)
    expect([harness.holds(A, owed), harness.holds(A, free)]).toEqual([true, false])
    const {rules} = await harness.why(A, owed)
    expect(rules.map(({sentence}) => sentence).join('\n')).toContain('of the 30 d this tracker asks')

    const url = `/api/tracker-profiles/${profile.id}`
    expect(await send('DELETE', url)).toMatchObject({status: 409, body: {code: 'owing_would_end'}})
    await harness.pass(30 * MINUTE)
    expect(harness.holds(A, owed)).toBe(true)
    expect(await send('DELETE', `${url}?frees=1`)).toMatchObject({
      status: 200,
      body: {effect: {stops_owing: 1}},
    })
    await harness.pass(3 * HOUR)
    expect(harness.holds(A, owed)).toBe(false)
  },
)
